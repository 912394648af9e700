package cognitoauth_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	link    = regexp.MustCompile(`\]\(([^)#\s]+)(?:#[^)\s]*)?\)`)
	example = regexp.MustCompile(`\bExample\w*\b`)
)

// TestDocumentsPointSomewhere: the files that the documents link to are there,
// and so are the examples that they name.
func TestDocumentsPointSomewhere(t *testing.T) {
	var code strings.Builder
	err := filepath.WalkDir(".", func(path string, d os.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, "_test.go") {
			text, readErr := os.ReadFile(path)
			code.Write(text)
			err = readErr
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	documents, err := filepath.Glob("*.md")
	if err != nil {
		t.Fatal(err)
	}
	links, examples := 0, 0
	for _, document := range documents {
		text, err := os.ReadFile(document)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range link.FindAllStringSubmatch(string(text), -1) {
			if strings.Contains(found[1], "://") {
				continue
			}
			links++
			if _, err := os.Stat(filepath.FromSlash(found[1])); err != nil {
				t.Errorf("%s links to %s: %v", document, found[1], err)
			}
		}
		for _, name := range example.FindAllString(string(text), -1) {
			examples++
			if !strings.Contains(code.String(), "func "+name+"()") {
				t.Errorf("%s names %s, which is nowhere", document, name)
			}
		}
	}
	if links < 10 || examples < 5 {
		t.Errorf("found %d links and %d examples", links, examples)
	}
}
