package cognitoauth_test

import (
	"encoding/json"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	own    = "github.com/cognito-go/cognitoauth"
	sdk    = "github.com/aws/aws-sdk-go-v2"
	cip    = sdk + "/service/cognitoidentityprovider"
	smithy = "github.com/aws/smithy-go"
	gocmp  = "github.com/google/go-cmp"
)

// requirements are the modules that go.mod names for its own sake. What these
// need besides comes from the AWS SDK.
var requirements = []string{
	sdk,
	cip,
	smithy,
	gocmp, // for tests
}

// arrows has every package of the module and what it imports, apart from the
// standard library and in its tests. An arrow that is missing here is not
// drawn without a reason.
var arrows = map[string][]string{
	".": nil,

	"challenge/challengetest": {
		"challenge", "challenge/internal/steady", "srp", "srp/srptest",
		sdk + "/aws", sdk + "/aws/middleware", cip, cip + "/document", cip + "/types", smithy, smithy + "/middleware", smithy + "/transport/http",
	},
	"challenge": {
		"challenge/internal/steady", "secrethash", "srp",
		sdk + "/aws", cip, cip + "/types", smithy, smithy + "/transport/http",
	},

	"challenge/internal/steady": nil,

	// These three know nothing of each other.
	"secrethash":  nil,
	"contextdata": {sdk + "/aws", cip + "/types"},
	"srp":         {"srp/internal/exchange", "srp/internal/modp"},

	"srp/srptest":           {"srp", "srp/internal/exchange", "srp/internal/modp"},
	"srp/internal/dudect":   nil,
	"srp/internal/exchange": {"srp/internal/modp"},
	"srp/internal/modp":     nil,
}

// restricted has what the standard library offers to some packages only.
var restricted = map[string][]string{
	"math/big":     {"challenge/challengetest"}, // its time depends on the numbers
	"math/rand":    nil,                         // can be predicted
	"math/rand/v2": {"srp/internal/dudect"},
	"testing":      {"srp/srptest", "srp/internal/dudect"}, // for what only tests use
	"unsafe":       nil,
	"C":            nil,
}

// TestImports compares what the packages import with arrows and restricted.
func TestImports(t *testing.T) {
	packages := imports(t)
	if len(packages) == 0 {
		t.Fatal("found no packages")
	}
	for name := range arrows {
		if packages[name] == nil {
			t.Errorf("found no package %s", name)
		}
	}
	users := make(map[string][]string) // of what is restricted
	for name, imported := range packages {
		if _, ok := arrows[name]; !ok {
			t.Errorf("package %s is new: say in arrows what it may import", name)
			continue
		}
		var got []string
		for _, imp := range slices.Sorted(maps.Keys(imported)) {
			if _, ok := restricted[imp]; ok {
				users[imp] = append(users[imp], name)
			}
			if first, _, _ := strings.Cut(imp, "/"); strings.Contains(first, ".") {
				got = append(got, strings.TrimPrefix(imp, own+"/"))
			}
		}
		same(t, name+" imports", got, arrows[name])
	}
	for imp, want := range restricted {
		same(t, imp+" is imported by", users[imp], want)
	}
}

// TestRequirements compares what go.mod requires with requirements.
func TestRequirements(t *testing.T) {
	// So that go test sees when its cached result is old: it does not see what
	// the go command reads.
	if _, err := os.Stat("go.mod"); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("go", "mod", "edit", "-json").Output()
	if err != nil {
		t.Fatal(err)
	}
	var mod struct {
		Module  struct{ Path string }
		Require []struct {
			Path     string
			Indirect bool
		}
		Exclude, Replace, Tool []any
	}
	if err := json.Unmarshal(out, &mod); err != nil {
		t.Fatal(err)
	}
	if mod.Module.Path != own {
		t.Errorf("got module %s, want %s", mod.Module.Path, own)
	}
	var direct []string
	for _, require := range mod.Require {
		switch {
		case !require.Indirect:
			direct = append(direct, require.Path)
		case !strings.HasPrefix(require.Path, sdk+"/internal/"):
			t.Errorf("go.mod requires %s, which is no part of the AWS SDK's core", require.Path)
		}
	}
	same(t, "go.mod requires", direct, requirements)
	if n := len(mod.Exclude) + len(mod.Replace) + len(mod.Tool); n > 0 {
		t.Errorf("go.mod has %d exclude, replace and tool directives, want none", n)
	}
}

// imports returns what each package of the module imports outside its tests,
// on all platforms together.
func imports(t *testing.T) map[string]map[string]bool {
	t.Helper()
	packages := make(map[string]map[string]bool)
	err := fs.WalkDir(os.DirFS("."), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := path.Base(name)
		if entry.IsDir() {
			if name == "." {
				return nil
			}
			// What the go command leaves out of ./..., modules of their own too.
			_, err := os.Stat(path.Join(name, "go.mod"))
			if err == nil || base == "testdata" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(base, ".go") || strings.HasSuffix(base, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		dir := path.Dir(name)
		if packages[dir] == nil {
			packages[dir] = make(map[string]bool)
		}
		for _, spec := range file.Imports {
			imp, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			packages[dir][imp] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return packages
}

// same reports what is in one of the two only.
func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	for _, s := range got {
		if !slices.Contains(want, s) {
			t.Errorf("%s %s, which is not allowed", what, s)
		}
	}
	for _, s := range want {
		if !slices.Contains(got, s) {
			t.Errorf("%s no %s, which is allowed: take it out", what, s)
		}
	}
}
