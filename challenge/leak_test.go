package challenge_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"net/http"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
	"github.com/cognito-go/cognitoauth/contextdata"
	"github.com/cognito-go/cognitoauth/srp"
	"github.com/cognito-go/cognitoauth/srp/srptest"
)

// mark is in every secret of the sweep.
const mark = "h4ckm3"

// packages returns the folders of the module's packages that others can import.
// Programs and examples, which are a module of their own, are none.
func packages(t *testing.T) []string {
	t.Helper()
	found := make(map[string]bool)
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		name := entry.Name()
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (name == "internal" || name == "testdata" || name == "examples" || len(name) > 2 && name[0] == '.'):
			return fs.SkipDir
		case strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go"):
			found[filepath.Dir(path)] = true
		}
		return nil
	})
	if err != nil || len(found) < 7 {
		t.Fatalf("found %v, %v", found, err)
	}
	return slices.Sorted(maps.Keys(found))
}

// harmless are the exported types that hold no secret.
var harmless = []reflect.Type{
	// Interfaces, and functions.
	reflect.TypeFor[challenge.Step](),
	reflect.TypeFor[challenge.Challenge](),
	reflect.TypeFor[challenge.Flow](),
	reflect.TypeFor[challenge.Transport](),
	reflect.TypeFor[challenge.AdminAPI](),
	reflect.TypeFor[challenge.PublicAPI](),
	reflect.TypeFor[challenge.SoftwareTokenAPI](),
	reflect.TypeFor[challenge.ConfirmDeviceAPI](),
	reflect.TypeFor[challenge.RefreshAPI](),
	reflect.TypeFor[challengetest.Triggers](),
	// Words and numbers.
	reflect.TypeFor[challenge.Reason](),
	reflect.TypeFor[challenge.Certainty](),
	reflect.TypeFor[challenge.Field](),
	reflect.TypeFor[challenge.Kind](),
	reflect.TypeFor[challenge.Delivery](),
	reflect.TypeFor[challenge.NewDevice](),
	reflect.TypeFor[challengetest.Algorithm](),
	reflect.TypeFor[challengetest.FaultKind](),
	reflect.TypeFor[challengetest.Fault](),
	reflect.TypeFor[challengetest.Call](),
	// Errors: TestErrorsLeakNothing.
	reflect.TypeFor[challenge.InvalidError](),
	reflect.TypeFor[challenge.MalformedError](),
	reflect.TypeFor[challenge.Error](),
	reflect.TypeFor[challenge.SealError](),
	reflect.TypeFor[challenge.Attempt](),
	reflect.TypeFor[srp.ParamError](),
	// What is told of users and of requests.
	reflect.TypeFor[challengetest.TriggerUser](),
	reflect.TypeFor[challengetest.ChallengeResult](),
	reflect.TypeFor[challengetest.DefineAuthChallengeRequest](),
	reflect.TypeFor[challengetest.DefineAuthChallengeResponse](),
	reflect.TypeFor[challengetest.CreateAuthChallengeRequest](),
	reflect.TypeFor[challengetest.VerifyAuthChallengeResponseResponse](),
	reflect.TypeFor[challengetest.PreAuthenticationRequest](),
	reflect.TypeFor[contextdata.Source](),
	// What the service sent, to be proven.
	reflect.TypeFor[srp.Challenge](),
}

// A holder is a value of an exported type, in every shape in which it may be
// printed, with what must not appear then.
type holder struct {
	name   string
	shapes map[string]any
	hidden []string // besides the marks
	marks  int
}

// held fills in the secrets of v, wherever they are in it.
func held[T any](v T, hidden ...string) holder {
	h := holder{name: reflect.TypeFor[T]().String(), hidden: hidden}
	h.marks = fill(reflect.ValueOf(&v).Elem())
	h.shapes = map[string]any{
		"value":            v,
		"pointer":          &v,
		"pointer field":    struct{ Field any }{&v},
		"exported field":   struct{ Field any }{v},
		"unexported field": struct{ field any }{v},
		"own field":        struct{ Field T }{v},
		"own hidden field": struct{ field T }{v}, // on which fmt can call no method
		"embedded":         struct{ Embedded any }{struct{ T any }{v}},
		"slice":            []T{v},
		"pointer slice":    []*T{&v},
		"any slice":        []any{v},
		"map":              map[string]T{"key": v},
		"any map":          map[string]any{"key": &v},
		"array":            [1]T{v},
	}
	return h
}

// fill puts marks into v and counts them.
func fill(v reflect.Value) int {
	switch {
	case !v.CanSet():
		return 0
	case v.Type() == reflect.TypeFor[challenge.Secret]():
		v.Set(reflect.ValueOf(secret(mark)))
		return 1
	case v.Type() == reflect.TypeFor[challenge.Params]():
		v.Set(reflect.ValueOf(challenge.NewParams(map[string]string{"KEY": mark})))
		return 1
	}
	marks := 0
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			marks += fill(v.Field(i))
		}
	case reflect.Pointer:
		if v.Type().Elem().Kind() == reflect.Struct && strings.Contains(v.Type().Elem().PkgPath(), "cognito-go") {
			v.Set(reflect.New(v.Type().Elem()))
			marks += fill(v.Elem())
		}
	case reflect.Slice:
		if element := v.Type().Elem(); element.Kind() == reflect.Struct && strings.Contains(element.PkgPath(), "cognito-go") {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			marks += fill(v.Index(0))
		}
	}
	return marks
}

// holders has every exported type that can hold a secret.
func holders(t *testing.T) []holder {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	transport := &script{replies: []any{&challenge.Reply{Session: secret(mark)}}}
	client, err := challenge.New(challenge.Config{UserPoolID: "a_b", ClientID: "c", ClientSecret: secret(mark), Transport: transport})
	must(err)
	sealer, err := challenge.NewSealer(challenge.SealerConfig{UserPoolID: "a_b", ClientID: "c", Keys: []challenge.Secret{sealKey}})
	must(err)
	pool, err := challengetest.NewPool(challengetest.Config{
		Clients: []challengetest.AppClient{{ID: "c", Secret: secret(mark)}},
		Users:   []challengetest.User{{Username: "alice", Password: secret(mark), TOTPSecret: secret("NBTWC3LF")}},
	})
	must(err)
	passkey, err := challengetest.NewPasskey(challengetest.ES256)
	must(err)
	device, err := srp.NewDevice("-g", "k")
	must(err)
	verifier := []byte(mark)
	server, err := srptest.NewServer(verifier)
	must(err)

	all := []holder{
		held(challenge.Config{Transport: transport}),
		held(*client, mark), held(*sealer, "107 51 121"), // the bytes of sealKey
		held(*pool, mark, "NBTWC3LF"), held(*passkey), held(*srp.NewClient()),
		held(*device, device.Password(), device.Salt(), device.Verifier()), held(*server),
	}
	// These have nothing that could be filled in; a mark, or what only they
	// know, was put into them.
	for i := range all[1:] {
		all[1+i].marks++
	}
	return append(all,
		held(challenge.Secret{}), held(challenge.Params{}), held(challenge.Issued{}), held(challenge.PasswordClaim{}),
		held(challenge.Tokens{}), held(challenge.SealerConfig{}), held(challenge.CallOptions{}),
		held(challenge.AdminNoSRPAuth{}), held(challenge.CustomChallenge{}), held(challenge.DevicePasswordVerifier{}),
		held(challenge.DeviceSRPAuth{}), held(challenge.EmailOTP{}), held(challenge.MFASetup{}), held(challenge.NewPasswordRequired{}),
		held(challenge.Password{}), held(challenge.PasswordSRP{}), held(challenge.PasswordVerifier{}), held(challenge.SelectChallenge{}),
		held(challenge.SelectMFAType{}), held(challenge.SMSMFA{}), held(challenge.SMSOTP{}), held(challenge.SoftwareTokenMFA{}),
		held(challenge.Unknown{}), held(challenge.WebAuthn{}), held(challenge.SoftwareToken{}),
		held(challenge.UserSRP{}), held(challenge.UserPassword{}), held(challenge.Custom{}), held(challenge.Choice{}), held(challenge.Refresh{}),
		held(challenge.Device{}), held(challenge.InitiateRequest{}), held(challenge.RespondRequest{}), held(challenge.Reply{}),
		held(challengetest.Config{}), held(challengetest.AppClient{}), held(challengetest.User{}), held(challengetest.Message{}),
		held(challengetest.CreateAuthChallengeResponse{}), held(challengetest.VerifyAuthChallengeResponseRequest{}),
		held(challengetest.Conformance{}),
	)
}

// TestNothingPrintsASecret sweeps every exported type of every package of the
// module.
func TestNothingPrintsASecret(t *testing.T) {
	var swept []string
	for _, typ := range harmless {
		swept = append(swept, typ.String())
		if fill(reflect.New(typ).Elem()) > 0 {
			t.Errorf("%s holds a secret; it does not belong to the harmless", typ)
		}
	}
	for _, h := range holders(t) {
		swept = append(swept, h.name)
		if h.marks == 0 {
			t.Errorf("%s holds no secret; it belongs to the harmless", h.name)
		}
		for shape, value := range h.shapes {
			for how, text := range printed(value) {
				if leaked := leak(text, append(h.hidden, mark)); leaked != "" {
					t.Errorf("%s of %s as %s prints %q: %s", how, h.name, shape, leaked, text)
				}
			}
		}
	}
	for _, folder := range packages(t) {
		for _, name := range exportedTypes(t, folder) {
			if !slices.Contains(swept, name) {
				t.Errorf("type %s is neither swept nor known to be harmless", name)
			}
		}
	}
}

// TestTwoPrintTheSame: what nobody but its owner knows can't be looked for. It
// is not printed if two that differ in it print the same.
func TestTwoPrintTheSame(t *testing.T) {
	changing := regexp.MustCompile(`(0x)?[0-9a-fA-F]{6,}|time"?[=:][^ ,]+`) // addresses and times
	makers := map[string]func() any{
		"srp.Device": func() any {
			d, err := srp.NewDevice("-g", "k")
			if err != nil {
				t.Fatal(err)
			}
			return d
		},
		"challengetest.Passkey": func() any {
			k, err := challengetest.NewPasskey(challengetest.ES256)
			if err != nil {
				t.Fatal(err)
			}
			return k
		},
	}
	for name, make := range makers {
		one, two := printed(make()), printed(make())
		for how := range one {
			a, b := changing.ReplaceAllString(one[how], "*"), changing.ReplaceAllString(two[how], "*")
			if a != b || len(a) > 300 {
				t.Errorf("%s: %s of two differ:\n%s\n%s", name, how, a, b)
			}
		}
	}
}

// leak returns the first of hidden that is in text, as it is or in hex, in
// base64 or as a list of bytes.
func leak(text string, hidden []string) string {
	for _, h := range hidden {
		for _, form := range []string{
			fmt.Sprintf("%x", h), fmt.Sprintf("%X", h), base64.StdEncoding.EncodeToString([]byte(h)),
			strings.Trim(fmt.Sprint([]byte(h)), "[]"), strings.ReplaceAll(strings.Trim(fmt.Sprint([]byte(h)), "[]"), " ", ","),
		} {
			if strings.Contains(text, form) {
				return h
			}
		}
		if stands(text, h) {
			return h
		}
	}
	return ""
}

// stands reports whether secret is in text. The six digits of a code don't count
// between other digits of hex: they are part of a request's ID, or of a dump of
// something else.
func stands(text, secret string) bool {
	if !strings.Contains(text, secret) {
		return false
	}
	return strings.Trim(secret, "0123456789abcdefABCDEF") != "" ||
		regexp.MustCompile(`(^|[^\da-fA-F])`+secret+`($|[^\da-fA-F])`).MatchString(text)
}

// TestLeakIsFound: leak finds what it is for, and takes no chance for a find.
func TestLeakIsFound(t *testing.T) {
	for text, want := range map[string]string{
		"534554":                                            "534554",
		"the code 534554":                                   "534554",
		"15345541 and 534554.":                              "534554",
		"0e534554-2f53-4554-a534-554534554b01":              "",
		fmt.Sprintf("%x", "MFA_SETUP"):                      "",
		fmt.Sprintf("%X", "MFA_SETUP"):                      "",
		fmt.Sprintf("%x", "is 534554"):                      "534554",
		fmt.Sprintf("%d", []byte("5345")):                   "",
		fmt.Sprint([]byte("a 534554 b")):                    "534554",
		base64.StdEncoding.EncodeToString([]byte("534554")): "534554",
	} {
		if got := leak(text, []string{"534554"}); got != want {
			t.Errorf("in %q: found %q, expected %q", text, got, want)
		}
	}
	if leak("abc-secret-def", []string{"secret"}) == "" || leak("xdecadexfood", []string{"decade"}) == "" {
		t.Error("a secret inside of a text is not found")
	}
}

// printed returns v as everything prints it that is likely to.
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

// exportedTypes reads the names of a package's exported types, such as
// "srp.Client", from its source.
func exportedTypes(t *testing.T, folder string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %d files, %v", folder, len(files), err)
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
					names = append(names, file.Name.Name+"."+name.Name)
				}
			}
		}
	}
	return names
}

// A wiretap keeps every secret that goes over the wire. Where echo is set, it
// refuses the operation with a text that repeats the whole request.
type wiretap struct {
	smithyhttp.ClientDoFunc
	mu      sync.Mutex
	secrets map[string]bool
	echo    string
}

// open are the members and parameters that are no secrets.
var open = []string{
	"USERNAME", "USER_ID_FOR_SRP", "ChallengeName", "AuthFlow", "ClientId", "UserPoolId", "TIMESTAMP", "SRP_A", "SRP_B", "SALT",
	"DEVICE_KEY", "DeviceKey", "DeviceGroupKey", "DeviceName", "FriendlyDeviceName", "TokenType", "PREFERRED_CHALLENGE", "CHALLENGE_NAME",
	// What ConfirmDevice registers is no password, though nothing to show either.
	"CODE_DELIVERY_DELIVERY_MEDIUM", "CODE_DELIVERY_DESTINATION", "MFAS_CAN_CHOOSE", "MFAS_CAN_SETUP", "requiredAttributes", "userAttributes",
	"userAttributes.name", "CREDENTIAL_REQUEST_OPTIONS", "riddle", "Status", "EMAIL", "__type", "message", "FRIENDLY_DEVICE_NAME",
}

func (w *wiretap) Do(r *http.Request) (*http.Response, error) {
	sent, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	w.keep(sent)
	if w.echo != "" && strings.Contains(r.Header.Get("X-Amz-Target"), w.echo) {
		texts, err := json.Marshal("Value '" + string(sent) + "' is wrong: " + strings.ReplaceAll(string(sent), `\"`, `"`))
		if err != nil {
			return nil, err
		}
		return respondWith(400, `{"__type":"InvalidParameterException","message":`+string(texts)+`}`)(r)
	}
	r.Body = io.NopCloser(bytes.NewReader(sent))
	reply, err := w.ClientDoFunc(r)
	if err != nil {
		return nil, err
	}
	got, err := io.ReadAll(reply.Body)
	w.keep(got)
	reply.Body = io.NopCloser(io.MultiReader(bytes.NewReader(got), errReader{cause(err)}))
	return reply, nil
}

// cause is what a body that was read until err ends with.
func cause(err error) error {
	if err == nil {
		return io.EOF
	}
	return err
}

func (w *wiretap) keep(body []byte) {
	var v any
	if json.Unmarshal(body, &v) != nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	var walk func(key string, v any)
	walk = func(key string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for key, v := range v {
				walk(key, v)
			}
		case string:
			// ANSWER is a challenge's name or the answer to a riddle.
			if len(v) >= 5 && !slices.Contains(open, key) && strings.ToUpper(v) != v {
				w.secrets[v] = true
			} else if strings.HasSuffix(key, "_CODE") || key == "UserCode" || key == "SecretCode" {
				w.secrets[v] = true
			}
		}
	}
	walk("", v)
}

// TestErrorsLeakNothing walks every path, answers every question wrongly, loses
// every reply, and has every operation repeat what it got: no error tells any
// secret that went over the wire in either direction.
func TestErrorsLeakNothing(t *testing.T) {
	var mu sync.Mutex
	checked, kept := 0, 0
	paths := make(map[string]path)
	for _, p := range allPaths() {
		paths[p.name] = p
	}
	tapped := func(t *testing.T, p path) (*world, *wiretap) {
		w := newWorld(t, p, "public", secret("the client's "+mark))
		tap := &wiretap{secrets: map[string]bool{"the client's " + mark: true, rightWord: true, "wr0ng Passw0rd!": true}}
		w.sdk = w.pool.Client(func(o *cip.Options) { tap.ClientDoFunc, o.HTTPClient = o.HTTPClient.Do, tap })
		client, err := challenge.New(challenge.Config{
			UserPoolID: w.pool.UserPoolID(), ClientID: "demo", ClientSecret: secret("the client's " + mark),
			Transport: observer{challenge.Public(w.sdk), w}, Now: func() time.Time { return w.now },
		})
		if err != nil {
			t.Fatal(err)
		}
		w.client = client
		return w, tap
	}
	check := func(t *testing.T, w *world, tap *wiretap, what string, err error) {
		t.Helper()
		if err == nil {
			return
		}
		tap.mu.Lock()
		defer tap.mu.Unlock()
		var hidden []string
		for s := range tap.secrets {
			hidden = append(hidden, s)
		}
		texts := printed(err)
		for e := err; e != nil; e = errors.Unwrap(e) {
			texts[fmt.Sprintf("%T", e)] = e.Error()
		}
		for how, text := range texts {
			if leaked := leak(text, hidden); leaked != "" {
				t.Errorf("%s: %s of %T tells a secret: %s", what, how, err, strings.ReplaceAll(text, leaked, "<<<"+leaked+">>>"))
			}
		}
		mu.Lock()
		defer mu.Unlock()
		checked++
		kept += len(hidden)
	}
	t.Run("all", func(t *testing.T) {
		for _, name := range faultyPaths {
			p := paths[name]
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					for i := range p.asks {
						w, tap := tapped(t, p)
						w.wrong = i
						ctx, cancel := context.WithTimeout(t.Context(), patience)
						_, err := w.client.SignIn(ctx, p.flow(w, secret(rightWord)), func(ctx context.Context, ch challenge.Challenge, a challenge.Attempt) error {
							check(t, w, tap, "wrong", a.Err)
							err := w.answer(ctx, ch, a)
							check(t, w, tap, "wrong", err)
							return err
						}, func(o *challenge.CallOptions) { o.Device = w.device })
						cancel()
						check(t, w, tap, "wrong", err)
					}
					w, tap := tapped(t, p)
					_, err := w.walk("wr0ng Passw0rd!")
					check(t, w, tap, "wrong password", err)
					for _, f := range everyFault() {
						for _, operation := range []string{"InitiateAuth", "RespondToAuthChallenge"} {
							w, tap := tapped(t, p)
							w.fail(operation, "", f)
							_, err := w.walk(rightWord)
							check(t, w, tap, f.String(), err)
						}
					}
					for _, operation := range []string{"InitiateAuth", "RespondToAuthChallenge"} {
						w, tap := tapped(t, p)
						tap.echo = "." + operation
						_, err := w.walk(rightWord)
						check(t, w, tap, "repeated by "+operation, err)
					}
				})
			})
		}
		for name, c := range otherCalls {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				w, tap := tapped(t, path{flow: userPassword, config: c.config, secondFactor: "SOFTWARE_TOKEN_MFA"})
				do, _ := c.prepare(w)
				tap.echo = "." + c.operation
				err := do(t.Context())
				if err == nil {
					t.Error("the operation that repeats what it got succeeds")
				}
				check(t, w, tap, "repeated", err)
			})
		}
	})
	t.Logf("%d errors were searched for %d secrets", checked, kept)
	if checked < 100 && !t.Failed() {
		t.Errorf("only %d errors", checked)
	}
}
