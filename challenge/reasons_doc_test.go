package challenge_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/cognito-go/cognitoauth/challenge"
)

// TestReasonsTable makes REASONS.md from the doc comments of the reasons and
// from the refusals that TestReasons classifies. Run it with -update after a
// change of either.
func TestReasonsTable(t *testing.T) {
	var b strings.Builder
	b.WriteString(`# Reasons

What ` + "`challenge.Error.Reason`" + ` says, what to do about it, and which errors of the
service it stands for. ` + "`go test ./challenge -run ReasonsTable -update`" + ` writes this
table from the package's doc comments and its tests.

| Reason | Meaning, and what to do | The service's errors |
|---|---|---|
`)
	listed := 0
	for _, r := range documentedReasons(t) {
		var from []string
		for _, f := range refusals {
			if f.answer != r.value && f.first != r.value {
				continue
			}
			text := strings.TrimSuffix(f.code, "Exception")
			if f.message != "" {
				text += " “" + f.message + "”"
			}
			if f.answer != r.value {
				text += " (first call)"
			}
			from = append(from, text)
			listed++
		}
		if r.value == challenge.Unavailable {
			from = append(from, "HTTP 5xx and 408", "no reply", "a reply that was cut off")
		}
		if len(from) == 0 {
			t.Errorf("no refusal in the tests has the reason %s", r.name)
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", r.name, r.doc, strings.Join(from, "<br>"))
	}
	if listed < len(refusals) {
		t.Errorf("%d of %d refusals are listed", listed, len(refusals))
	}
	for _, code := range classifiedCodes(t) {
		if !slices.ContainsFunc(refusals, func(r refusal) bool { return strings.TrimSuffix(r.code, "Exception") == code }) {
			t.Errorf("no refusal in the tests has the code %s", code)
		}
	}
	checkFile(t, "REASONS.md", b.String())
}

// classifiedCodes reads the keys of the map codes.
func classifiedCodes(t *testing.T) []string {
	t.Helper()
	source, err := os.ReadFile("reason.go")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(source), "var codes = map[string]Reason{\n")
	table, _, ok := strings.Cut(table, "\n}")
	var codes []string
	for line := range strings.Lines(table) {
		codes = append(codes, strings.Split(line, `"`)[1])
	}
	if !ok || len(codes) == 0 {
		t.Fatal("reason.go has no map of codes")
	}
	return codes
}

type documentedReason struct {
	name  string
	value challenge.Reason
	doc   string
}

// documentedReasons reads the constants of type Reason and their comments.
func documentedReasons(t *testing.T) []documentedReason {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "reason.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var reasons []documentedReason
	for _, decl := range file.Decls {
		constants, ok := decl.(*ast.GenDecl)
		if !ok || constants.Tok != token.CONST {
			continue
		}
		for _, spec := range constants.Specs {
			c := spec.(*ast.ValueSpec)
			if id, ok := c.Type.(*ast.Ident); !ok || id.Name != "Reason" {
				continue
			}
			value, err := strconv.Unquote(c.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			name := c.Names[0].Name
			doc := strings.Join(strings.Fields(c.Doc.Text()), " ")
			doc, ok := strings.CutPrefix(doc, name+": ")
			if !ok {
				t.Errorf("the comment of %s does not begin with its name and a colon", name)
			}
			reasons = append(reasons, documentedReason{name, challenge.Reason(value), strings.ToUpper(doc[:1]) + doc[1:]})
		}
	}
	if values := challenge.Reason("").Values(); len(reasons) < 20 || len(reasons) != len(values) {
		t.Fatalf("found %d reasons, Values has %d", len(reasons), len(values))
	}
	slices.SortFunc(reasons, func(a, b documentedReason) int { return strings.Compare(a.name, b.name) })
	return reasons
}
