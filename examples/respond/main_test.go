package main

import (
	"flag"
	"go/parser"
	"go/token"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-go/cognitoauth/challenge"
)

func TestHelp(t *testing.T) {
	t.Parallel()
	for _, flag := range []string{"-h", "--help"} {
		r := execute(t, nil, flag)
		r.check(t, ok)
		for _, want := range []string{"--challenge-responses map\n", "--cli-input-json JSON\n    \tthe request as a JSON object, as --generate-cli-skeleton prints it"} {
			if !strings.Contains(r.stdout, want) || r.stderr != "" {
				t.Errorf("got %q and %q, want %q in it", r.stdout, r.stderr, want)
			}
		}
	}
}

// TestProgram: the process has the exit status.
func TestProgram(t *testing.T) {
	t.Parallel()
	for want, args := range map[int][]string{
		ok:              {"--generate-cli-skeleton"},
		wrongParameters: {"--session"},
	} {
		if r := executeAlone(t, nil, args...); r.status != want {
			t.Errorf("%q: got exit status %d, want %d", args, r.status, want)
		}
	}
}

// documentation returns the program's.
func documentation(t *testing.T) string {
	t.Helper()
	program, err := parser.ParseFile(token.NewFileSet(), "main.go", nil, parser.ParseComments|parser.PackageClauseOnly)
	if err != nil {
		t.Fatal(err)
	}
	return program.Doc.Text()
}

// TestExamples: nothing is wrong with the command lines and the values in the
// documentation.
func TestExamples(t *testing.T) {
	t.Parallel()
	_, pair := newPair(t)
	files := strings.NewReplacer(
		"file:///tmp/reply.json", file(t, `{"ChallengeName":"SMS_MFA","ChallengeParameters":{}}`),
		"file:///tmp/srp.json", file(t, pair),
		"file:///run/secrets/password", file(t, password),
	)
	examples := 0
	for line := range strings.Lines(documentation(t)) {
		line, isCode := strings.CutPrefix(line, "\t")
		_, command, isCommand := strings.Cut(line, "go run -C examples ./respond ")
		// What is no command is an option with a value, or a row of the table.
		if isOption := isCode && strings.HasPrefix(line, "--"); isOption && strings.Count(strings.TrimSpace(line), " ") > 0 && !strings.Contains(line, "  ") {
			command = line
		} else if !isCommand {
			continue
		}
		command, _, _ = strings.Cut(command, " >/tmp/")
		args := shellWords(files.Replace(strings.TrimSpace(command)))
		if _, err := parse(args, func(string) string { return "" }); err != nil {
			t.Errorf("%s: %v", line, err)
		}
		examples++
	}
	if examples < 7 {
		t.Errorf("there are %d examples only", examples)
	}
}

// shellWords splits a command line as a shell does.
func shellWords(line string) []string {
	var words []string
	var word strings.Builder
	var quote rune
	for _, r := range line {
		switch {
		case r == quote:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			quote = r
		case quote == 0 && r == ' ':
			words = append(words, word.String())
			word.Reset()
		default:
			word.WriteRune(r)
		}
	}
	return append(words, word.String())
}

// TestTable: the table in the program's documentation has every parameter of
// the four documents and every option of the program, and what it says is there
// is there.
func TestTable(t *testing.T) {
	t.Parallel()
	_, table, _ := strings.Cut(documentation(t), "\tOption or variable")
	table, _, _ = strings.Cut(table, "\n\n")
	_, table, _ = strings.Cut(table, "\n")
	d := readDocuments(t)
	parameters := slices.Concat(d.CLI, d.R1, d.R1Members, d.R2, d.PowerShell, d.PowerShellAliases, d.schemaMembers)
	in := make(map[string]bool)
	for cell := range strings.FieldsSeq(table) {
		in[cell] = true
		name, isFlag := strings.CutPrefix(cell, "--")
		switch {
		case slices.Contains(parameters, cell), strings.HasPrefix(cell, "AWS_"), cell == "(none)", inLibrary(cell):
		case !isFlag || flags().Lookup(name) == nil:
			t.Errorf("%s is in the table and nowhere else", cell)
		}
	}
	for _, name := range parameters {
		if !in[name] {
			t.Errorf("%s is not in the table", name)
		}
	}
	flags().VisitAll(func(f *flag.Flag) {
		if !in["--"+f.Name] {
			t.Errorf("--%s is not in the table", f.Name)
		}
	})
}

// inLibrary reports whether package challenge has a field or a function of this
// name.
func inLibrary(name string) bool {
	switch typeName, member, _ := strings.Cut(name, "."); typeName {
	case "Config":
		return hasField[challenge.Config](member)
	case "Issued":
		return hasField[challenge.Issued](member)
	case "CallOptions":
		return hasField[challenge.CallOptions](member)
	}
	return map[string]any{
		"Form": challenge.Form, "Fill": challenge.Fill, "Fields": challenge.Fields, "Public": challenge.Public,
		"UnmarshalAdminRespondInput": challenge.UnmarshalAdminRespondInput,
		"PasswordVerifier.Prove":     (*challenge.PasswordVerifier).Prove,
	}[name] != nil
}

func hasField[T any](name string) bool {
	_, ok := reflect.TypeFor[T]().FieldByName(name)
	return ok
}
