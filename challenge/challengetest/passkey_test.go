package challengetest_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

// newPasskey returns a passkey. That of RS256 is the same in all tests, because
// making one takes long.
func newPasskey(t testing.TB, alg challengetest.Algorithm) *challengetest.Passkey {
	t.Helper()
	make := challengetest.NewPasskey
	if alg == challengetest.RS256 {
		make = func(challengetest.Algorithm) (*challengetest.Passkey, error) { return rsaPasskey() }
	}
	k, err := make(alg)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

var rsaPasskey = sync.OnceValues(func() (*challengetest.Passkey, error) { return challengetest.NewPasskey(challengetest.RS256) })

func TestPasskey(t *testing.T) {
	for name, alg := range map[string]challengetest.Algorithm{"ES256": challengetest.ES256, "RS256": challengetest.RS256} {
		t.Run(name, func(t *testing.T) {
			p := passkeyPool(t, newClock())
			k := newPasskey(t, alg)

			// As an application registers it.
			access := accessToken(t, p, "alice")
			options, err := json.Marshal(startRegistration(t, p, access))
			if err != nil {
				t.Fatal(err)
			}
			credential, err := k.Register(string(options), "https://example.com")
			if err != nil {
				t.Fatal(err)
			}
			completeRegistration(t, p, access, credential).ok()

			// Again and again: its counter grows.
			for i := range 2 {
				asked := choice(t, p, "alice", prefer("WEB_AUTHN"))
				credential, err := k.Sign(asked.param("CREDENTIAL_REQUEST_OPTIONS"), "https://login.example.com")
				if err != nil {
					t.Fatal(err)
				}
				var signed struct {
					Response struct{ AuthenticatorData, UserHandle string }
				}
				if err := json.Unmarshal([]byte(credential.Reveal()), &signed); err != nil {
					t.Fatal(err)
				}
				data, err := base64.RawURLEncoding.DecodeString(signed.Response.AuthenticatorData)
				if want := []byte{present | verified, 0, 0, 0, byte(i + 1)}; err != nil || len(data) != 37 || !bytes.Equal(data[32:], want) {
					t.Errorf("authenticator data %x: want %x at the end", data, want)
				}
				if want := b64([]byte("5478e488-a0b1-70ee-1111-222233334444")); signed.Response.UserHandle != want {
					t.Errorf("user handle %s, want %s", signed.Response.UserHandle, want)
				}
				asked.answer(p, withCredential(credential.Reveal())).tokens()
			}

			// It excludes itself where it is registered.
			if options, err = json.Marshal(startRegistration(t, p, access)); err != nil {
				t.Fatal(err)
			}
			_, err = k.Register(string(options), "https://example.com")
			if want := "challengetest: InvalidStateError: the options exclude this passkey"; fmt.Sprint(err) != want {
				t.Errorf("got %v, want %s", err, want)
			}
		})
	}
}

// TestRegistrationResponse checks the members that the pool doesn't read.
func TestRegistrationResponse(t *testing.T) {
	const options = `{"challenge":"AA","rp":{"id":"example.com","name":"x"},"user":{"id":"AQ","name":"a","displayName":"a"},"pubKeyCredParams":[{"type":"public-key","alg":-7}]}`
	text, err := newPasskey(t, challengetest.ES256).Register(options, "https://example.com")
	if err != nil {
		t.Fatal(err)
	}
	var credential struct {
		Type                    string            `json:"type"`
		ClientExtensionResults  map[string]string `json:"clientExtensionResults"`
		AuthenticatorAttachment string            `json:"authenticatorAttachment"`
		Response                map[string]any    `json:"response"`
	}
	if err := json.Unmarshal([]byte(text), &credential); err != nil {
		t.Fatal(err)
	}
	if credential.Type != "public-key" || credential.ClientExtensionResults == nil || credential.AuthenticatorAttachment != "platform" {
		t.Errorf("got %s", text)
	}
	clientData, err := base64.RawURLEncoding.DecodeString(credential.Response["clientDataJSON"].(string))
	if want := `{"type":"webauthn.create","challenge":"AA","origin":"https://example.com","crossOrigin":false}`; err != nil || string(clientData) != want {
		t.Errorf("client data %s, want %s", clientData, want)
	}
	if credential.Response["publicKeyAlgorithm"] != -7.0 {
		t.Errorf("publicKeyAlgorithm %v", credential.Response["publicKeyAlgorithm"])
	}
	attestation, err := base64.RawURLEncoding.DecodeString(credential.Response["attestationObject"].(string))
	if err != nil || !strings.HasPrefix(string(attestation), attestedNone) {
		t.Errorf("attestation object %x", attestation)
	}
	data, err := base64.RawURLEncoding.DecodeString(credential.Response["authenticatorData"].(string))
	if err != nil || !strings.HasSuffix(string(attestation), string(data)) {
		t.Errorf("authenticatorData is not that of the attestation object")
	}
}

func TestPasskeyRefuses(t *testing.T) {
	if _, err := challengetest.NewPasskey(-8); fmt.Sprint(err) != "challengetest: no passkeys of algorithm -8, expected ES256 or RS256" {
		t.Errorf("NewPasskey: %v", err)
	}
	k := newPasskey(t, challengetest.ES256)
	creation := func(rp, user, params string) string {
		return `{"challenge":"AA","rp":{"id":"` + rp + `"},"user":{"id":"` + user + `"},"pubKeyCredParams":[` + params + `]}`
	}
	const es256 = `{"type":"public-key","alg":-7}`
	const noCreation = "the options are no PublicKeyCredentialCreationOptionsJSON"
	for _, test := range []struct{ options, origin, want string }{
		{"x", "https://example.com", noCreation},
		{"{}", "https://example.com", noCreation},
		{`{"publicKey":` + creation("example.com", "AQ", es256) + `}`, "https://example.com", noCreation},
		{creation("example.com", "A=", es256), "https://example.com", "the options' user.id is no base64url"},
		{creation("example.com", "AQ", es256), "https://example.org", `SecurityError: relying party "example.com" is not of origin "https://example.org"`},
		{creation("com", "AQ", es256), "http://example.com", `SecurityError: relying party "com" is not of origin "http://example.com"`},
		{creation("example.com", "AQ", `{"type":"public-key","alg":-257}`), "https://example.com", "NotSupportedError: the options do not offer algorithm -7"},
		{creation("example.com", "AQ", `{"type":"password","alg":-7}`), "https://example.com", "NotSupportedError: the options do not offer algorithm -7"},
	} {
		if _, err := k.Register(test.options, test.origin); fmt.Sprint(err) != "challengetest: "+test.want {
			t.Errorf("Register(%s): got %v, want %s", test.options, err, test.want)
		}
	}
	const request = `{"challenge":"AA","rpId":"localhost"}`
	const noRequest = "the options are no PublicKeyCredentialRequestOptionsJSON"
	sign := func(options, origin, want string) {
		t.Helper()
		_, err := k.Sign(options, origin)
		if want != "" {
			want = "challengetest: " + want
		}
		if got := fmt.Sprint(err); got != want && (err != nil || want != "") {
			t.Errorf("Sign(%s): got %v, want %s", options, err, want)
		}
	}
	sign("x", "http://localhost", noRequest)
	sign(`{"publicKey":`+request+`}`, "http://localhost", noRequest)
	sign(request, "http://localhost", "NotAllowedError: the options do not ask for this passkey") // not registered yet
	if _, err := k.Register(creation("localhost", "AQ", es256), "http://localhost:3000"); err != nil {
		t.Fatal(err)
	}
	sign(request, "http://localhost:8080", "")
	sign(request, "http://app.localhost", "")
	sign(request, "https://localhost", "")
	sign(request, "https://example.com", `SecurityError: relying party "localhost" is not of origin "https://example.com"`)
	sign(`{"challenge":"AA","rpId":"app.localhost"}`, "http://app.localhost", "NotAllowedError: the options do not ask for this passkey")
	sign(`{"challenge":"AA","rpId":"localhost","allowCredentials":[{"type":"public-key","id":"AA"}]}`, "http://localhost",
		"NotAllowedError: the options do not ask for this passkey")
}

func TestRegisterPasskey(t *testing.T) {
	p := newPool(t, challengetest.Config{Users: alice()})
	k := newPasskey(t, challengetest.ES256)
	if err := p.RegisterPasskey("bob", k); fmt.Sprint(err) != `challengetest: no user "bob"` {
		t.Errorf("got %v", err)
	}
	if err := p.RegisterPasskey("alice", k); err != nil {
		t.Fatal(err)
	}
	if err := p.RegisterPasskey("alice", k); fmt.Sprint(err) != "challengetest: InvalidStateError: the options exclude this passkey" {
		t.Errorf("got %v", err)
	}
	for range 19 {
		if err := p.RegisterPasskey("alice", newPasskey(t, challengetest.ES256)); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.RegisterPasskey("alice", newPasskey(t, challengetest.ES256)); fmt.Sprint(err) !=
		"challengetest: LimitExceededException: The user has the maximum number of passkeys." {
		t.Errorf("got %v", err)
	}
	without := newPool(t, challengetest.Config{Users: alice(), FirstFactors: []types.AuthFactorType{"PASSWORD"}})
	if err := without.RegisterPasskey("alice", k); fmt.Sprint(err) != "challengetest: WebAuthnNotEnabledException: Passkeys are not enabled for the user pool." {
		t.Errorf("got %v", err)
	}
	asked := choice(t, p, "alice", prefer("WEB_AUTHN"))
	credential, err := k.Sign(asked.param("CREDENTIAL_REQUEST_OPTIONS"), "http://localhost:3000")
	if err != nil {
		t.Fatal(err)
	}
	asked.answer(p, withCredential(credential.Reveal())).tokens()
}

// TestCredentialPrintsNothing: who has a credential and is quick signs in.
func TestCredentialPrintsNothing(t *testing.T) {
	p := passkeyPool(t, newClock())
	k := newPasskey(t, challengetest.ES256)
	if err := p.RegisterPasskey("alice", k); err != nil {
		t.Fatal(err)
	}
	asked := choice(t, p, "alice", prefer("WEB_AUTHN"))
	credential, err := k.Sign(asked.param("CREDENTIAL_REQUEST_OPTIONS"), "https://example.com")
	if err != nil {
		t.Fatal(err)
	}
	if text := fmt.Sprintf("%v %+v %#v", credential, struct{ c challenge.Secret }{credential}, credential); strings.Contains(text, "signature") {
		t.Errorf("printed: %s", text)
	}
}
