package challenge_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
)

// mark is in every secret of this test.
const mark = "h4ckm3"

// holders has every exported type of the package that can hold a secret.
func holders() []any {
	s := challenge.NewSecret(mark)
	p := challenge.NewParams(map[string]string{"KEY": mark})
	i := challenge.Issued{Username: "alice", Session: s, Parameters: p}
	claim := challenge.PasswordClaim{SecretBlock: s, Signature: s}
	tokens := challenge.Tokens{AccessToken: s, IDToken: s, RefreshToken: s, NewDevice: &challenge.NewDevice{}}
	config := challenge.Config{ClientSecret: s, Transport: &script{replies: []any{&challenge.Reply{Session: s}}}}
	client, err := challenge.New(challenge.Config{UserPoolID: "a_b", ClientID: "c", ClientSecret: s, Transport: config.Transport})
	if err != nil {
		panic(err)
	}
	sealer, err := challenge.NewSealer(challenge.SealerConfig{UserPoolID: "a_b", ClientID: "c", Keys: []challenge.Secret{sealKey}})
	if err != nil {
		panic(err)
	}
	return []any{
		challenge.SealerConfig{Keys: []challenge.Secret{s}},
		*sealer,
		s, p, i, claim, tokens, config, *client,
		challenge.AdminNoSRPAuth{Issued: i, Password: s},
		challenge.CustomChallenge{Issued: i, Answer: s},
		challenge.DevicePasswordVerifier{Issued: i, PasswordClaim: claim},
		challenge.DeviceSRPAuth{Issued: i},
		challenge.EmailOTP{Issued: i, Code: s},
		challenge.MFASetup{Issued: i},
		challenge.NewPasswordRequired{Issued: i, NewPassword: s},
		challenge.Password{Issued: i, Password: s},
		challenge.PasswordSRP{Issued: i, Password: s},
		challenge.PasswordVerifier{Issued: i, PasswordClaim: claim},
		challenge.SelectChallenge{Issued: i, Password: s},
		challenge.SelectMFAType{Issued: i},
		challenge.SMSMFA{Issued: i, Code: s},
		challenge.SMSOTP{Issued: i, Code: s},
		challenge.SoftwareTokenMFA{Issued: i, Code: s},
		challenge.Unknown{Issued: i, Responses: p},
		challenge.WebAuthn{Issued: i, Credential: s},
		challenge.SoftwareToken{SecretCode: s},
		challenge.UserSRP{Password: s},
		challenge.UserPassword{Password: s},
		challenge.Custom{Password: s},
		challenge.Choice{Password: s, Session: s},
		challenge.Refresh{RefreshToken: s},
		challenge.Device{DeviceKey: "k", Password: s},
		challenge.InitiateRequest{Parameters: p, Session: s},
		challenge.RespondRequest{Responses: p, Session: s},
		challenge.Reply{Tokens: &tokens, Parameters: p, Session: s},
	}
}

// harmless are the exported types that hold no secret.
var harmless = []string{
	"Step", "Challenge", "Flow", "Transport", "AdminAPI", "PublicAPI", "SoftwareTokenAPI", "ConfirmDeviceAPI", "RefreshAPI", // interfaces
	"CallOptions", "Attempt", "Certainty", "Delivery", "SealError", "NewDevice", "Reason",
	"InvalidError", "MalformedError", "Error", // TestErrorsHideWhatWasSent
}

func TestNothingPrintsASecret(t *testing.T) {
	swept := slices.Clone(harmless)
	for _, v := range holders() {
		typ := reflect.TypeOf(v)
		swept = append(swept, typ.Name())

		pointer := reflect.New(typ)
		pointer.Elem().Set(reflect.ValueOf(v))
		for shape, value := range map[string]any{
			"value":            v,
			"pointer":          pointer.Interface(),
			"pointer field":    struct{ Field any }{pointer.Interface()},
			"exported field":   struct{ Field any }{v},
			"unexported field": struct{ field any }{v},
			"typed field":      inStruct(v),
			"slice":            []any{v},
			"pointer slice":    []any{pointer.Interface()},
			"map":              map[string]any{"key": v},
			"array":            [1]any{v},
		} {
			for how, text := range printed(value) {
				if strings.Contains(text, mark) || strings.Contains(text, "107 51 121") || // the bytes of sealKey
					strings.Contains(text, fmt.Sprintf("%x", mark)) || strings.Contains(text, fmt.Sprintf("%X", mark)) {
					t.Errorf("%s of %T as a %s prints the secret: %s", how, v, shape, text)
				}
			}
		}
	}
	for _, name := range exportedTypes(t) {
		if !slices.Contains(swept, name) {
			t.Errorf("type %s is neither swept nor known to be harmless", name)
		}
	}
}

// inStruct returns a struct with v in an unexported field of v's own type, on
// which fmt can't call a method.
func inStruct(v any) any {
	switch v := v.(type) {
	case challenge.Secret:
		return struct{ s challenge.Secret }{v}
	case challenge.Params:
		return struct{ p challenge.Params }{v}
	case challenge.Tokens:
		return struct{ t challenge.Tokens }{v}
	case challenge.Config:
		return struct{ c challenge.Config }{v}
	case challenge.UserSRP:
		return struct{ u challenge.UserSRP }{v}
	case challenge.SMSMFA:
		return struct{ m challenge.SMSMFA }{v}
	default:
		return struct{ v any }{v}
	}
}

func printed(v any) map[string]string {
	texts := make(map[string]string)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%X", "%t"} {
		texts[verb] = fmt.Sprintf(verb, v)
	}
	b, err := json.Marshal(v)
	texts["JSON"] = fmt.Sprint(string(b), err)
	b, err = xml.Marshal(v)
	texts["XML"] = fmt.Sprint(string(b), err)
	var text, object bytes.Buffer
	slog.New(slog.NewTextHandler(&text, nil)).Info("m", "v", v, slog.Group("g", "v", v))
	slog.New(slog.NewJSONHandler(&object, nil)).Info("m", "v", v, slog.Group("g", "v", v))
	texts["slog text"], texts["slog JSON"] = text.String(), object.String()
	return texts
}

// exportedTypes reads the names of the package's exported types from its source.
func exportedTypes(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			types, ok := decl.(*ast.GenDecl)
			if !ok || types.Tok != token.TYPE {
				continue
			}
			for _, spec := range types.Specs {
				if name := spec.(*ast.TypeSpec).Name; name.IsExported() {
					names = append(names, name.Name)
				}
			}
		}
	}
	if len(names) < 30 {
		t.Fatalf("found only %d exported types", len(names))
	}
	return names
}

func TestSecret(t *testing.T) {
	var empty challenge.Secret
	if !empty.IsZero() || empty.Reveal() != "" || !empty.Equal(challenge.NewSecret("")) || empty.String() != "[empty]" {
		t.Errorf("the zero Secret is %v, %q", empty, empty.Reveal())
	}
	s := challenge.NewSecret("text")
	if s.IsZero() || s.Reveal() != "text" || !s.Equal(challenge.NewSecret("text")) || s.Equal(challenge.NewSecret("texT")) || s.Equal(empty) {
		t.Errorf("NewSecret keeps %q", s.Reveal())
	}
	if got := fmt.Sprint(s); got != "[redacted]" {
		t.Errorf("printed as %q", got)
	}
	if b, err := json.Marshal(map[string]any{"s": s}); err != nil || string(b) != `{"s":"[redacted]"}` {
		t.Errorf("marshalled as %s, %v", b, err)
	}
}

func TestParams(t *testing.T) {
	values := map[string]string{"b": "2", "a": ""}
	p := challenge.NewParams(values)
	values["a"] = "changed"
	p.Map()["a"] = "changed"
	if p.Get("a") != "" || !p.Has("a") || p.Has("c") || p.Get("b") != "2" || p.Len() != 2 {
		t.Errorf("got %q %t %t %q %d", p.Get("a"), p.Has("a"), p.Has("c"), p.Get("b"), p.Len())
	}
	if got := fmt.Sprint(p); got != "[a b]" {
		t.Errorf("printed as %q", got)
	}
	if b, err := json.Marshal(p); err != nil || string(b) != `["a","b"]` {
		t.Errorf("marshalled as %s, %v", b, err)
	}
	var empty challenge.Params
	if empty.Len() != 0 || empty.Map() == nil || empty.Get("a") != "" || !empty.Equal(challenge.NewParams(nil)) || empty.Equal(p) {
		t.Error("the zero Params is not the empty set")
	}
}

func TestErrorsAreReadable(t *testing.T) {
	e := &challenge.Error{Operation: "RespondToAuthChallenge", Challenge: types.ChallengeNameTypeSmsMfa, Reason: challenge.BadCode, Code: "CodeMismatchException", Message: "Invalid code or auth state for the user."}
	want := "challenge: RespondToAuthChallenge SMS_MFA: wrong code: CodeMismatchException: Invalid code or auth state for the user."
	if e.Error() != want {
		t.Errorf("got %q, expected %q", e.Error(), want)
	}
	for c, want := range map[challenge.Certainty]string{challenge.Unsure: "unsure", challenge.No: "no", challenge.Yes: "yes", 9: "unsure"} {
		if c.String() != want {
			t.Errorf("%d prints %q, expected %q", c, c, want)
		}
	}
}
