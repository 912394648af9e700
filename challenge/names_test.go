package challenge_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// TestListsOfNames: where all challenges are listed for the reader, none is
// missing.
func TestListsOfNames(t *testing.T) {
	for file, end := range map[string]string{
		"step.go":              "//sumtype:decl", // after the variants of Step
		"challengetest/doc.go": "# Clock",
	} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		list, _, ok := strings.Cut(string(text), end)
		if !ok {
			t.Fatalf("%s has no %q", file, end)
		}
		words := strings.FieldsFunc(list, func(r rune) bool { return r != '_' && (r < 'A' || r > 'Z') })
		for _, name := range types.ChallengeNameType("").Values() {
			if !slices.Contains(words, string(name)) {
				t.Errorf("%s does not list %s", file, name)
			}
		}
	}
}
