package challenge_test

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
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

// TestEveryChallengeHasAnExample: of each type go doc shows how to answer it.
func TestEveryChallengeHasAnExample(t *testing.T) {
	text, err := os.ReadFile("example_challenge_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range types.ChallengeNameType("").Values() {
		example := "func Example" + reflect.TypeOf(challenge.Form(name, challenge.Issued{})).Elem().Name() + "() {"
		if !strings.Contains(string(text), example) {
			t.Errorf("%s has no %s", name, example)
		}
	}
}
