package challenge_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go"

	"github.com/cognito-go/cognitoauth/challenge"
)

// A mutator changes replies on their way, as a list of changes says: five bytes
// each, for which reply, how, where (two bytes), and a parameter.
type mutator struct {
	next    cip.HTTPClient
	changes []byte
	count   int // of requests
}

// oddities are put in the place of values, and between bytes.
var oddities = []string{
	`null`, `[]`, `{}`, `""`, `0`, `-1`, `1e999`, `true`, `["SMS_MFA"]`, `"[]"`, `"\ud800"`, `"\u0000"`, `{"a":`, `]`, `"`, `\`, `[[[[[[[[[[`,
	`"SMS_MFA"`, `"CUSTOM_CHALLENGE"`, `"PASSWORD_VERIFIER"`, `"DEVICE_SRP_AUTH"`, `"MFA_SETUP"`, `"SELECT_CHALLENGE"`, `"WEB_AUTHN"`,
	"\xff\xfe", "\u2028", `"` + strings.Repeat("f", 2000) + `"`,
}

var jsonText = regexp.MustCompile(`"(\\.|[^"\\])*"`)

func (m *mutator) Do(r *http.Request) (*http.Response, error) {
	m.count++
	reply, err := m.next.Do(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(reply.Body)
	if err != nil {
		return nil, err
	}
	for c := range slices.Chunk(m.changes, 5) {
		if len(c) < 5 || int(c[0]%8) != m.count-1 || len(body) == 0 || len(body) > 100_000 {
			continue
		}
		at := (int(c[2])<<8 | int(c[3])) % len(body)
		odd := oddities[int(c[4])%len(oddities)]
		switch c[1] % 8 {
		case 0:
			body[at] ^= 1 << (c[4] % 8)
		case 1:
			body[at] = c[4]
		case 2: // some bytes twice
			end := min(at+int(c[4])+1, len(body))
			body = slices.Concat(body[:end], body[at:])
		case 3: // some bytes not at all
			body = slices.Concat(body[:at], body[min(at+int(c[4])+1, len(body)):])
		case 4:
			body = slices.Concat(body[:at], []byte(odd), body[at:])
		case 5: // another name or text
			if texts := jsonText.FindAllIndex(body, -1); texts != nil {
				t := texts[at%len(texts)]
				body = slices.Concat(body[:t[0]], []byte(odd), body[t[1]:])
			}
		case 6: // a text in the place of another
			if texts := jsonText.FindAllIndex(body, -1); texts != nil {
				t, u := texts[at%len(texts)], texts[int(c[4])%len(texts)]
				body = slices.Concat(body[:t[0]], body[u[0]:u[1]], body[t[1]:])
			}
		case 7:
			reply.StatusCode = []int{200, 204, 302, 400, 403, 429, 500, 503}[c[4]%8]
		}
	}
	reply.Body, reply.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return reply, nil
}

// errNoAnswer is what whoever is asked something absurd says.
var errNoAnswer = errors.New("no answer")

// FuzzSignIn signs in to a pool of which the replies are changed on their way.
// It ends, with tokens or with one of the package's errors.
func FuzzSignIn(f *testing.F) {
	for i := range faultyPaths {
		f.Add(byte(i), []byte{})
		for reply := range byte(3) {
			for how := range byte(8) {
				f.Add(byte(i), []byte{reply, how, 0, 20 + 3*how, 8 + how, reply, 5, 0, 2 * how, how})
			}
		}
	}
	paths := make(map[string]path)
	for _, p := range allPaths() {
		paths[p.name] = p
	}
	f.Fuzz(func(t *testing.T, which byte, changes []byte) {
		p := paths[faultyPaths[int(which)%len(faultyPaths)]]
		w := newWorld(t, p, "public", challenge.Secret{})
		m := &mutator{changes: changes[:min(len(changes), 50)]}
		w.sdk = w.pool.Client(func(o *cip.Options) {
			o.Retryer = aws.NopRetryer{} // it would wait
			m.next, o.HTTPClient = o.HTTPClient, m
		})
		client, err := challenge.New(challenge.Config{
			UserPoolID: w.pool.UserPoolID(), ClientID: "demo", Transport: challenge.Public(w.sdk), Now: func() time.Time { return w.now },
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		tokens, err := client.SignIn(ctx, p.flow(w, secret(rightWord)), func(ctx context.Context, ch challenge.Challenge, a challenge.Attempt) error {
			if a.Err != nil && !ours(a.Err) {
				t.Fatalf("got %T: %v", a.Err, a.Err)
			}
			if !slices.Contains(p.asks, ch.Name()) || a.Number > 3 {
				return errNoAnswer
			}
			if setup, ok := ch.(*challenge.MFASetup); ok && setup.SoftwareTokenVerified {
				return errNoAnswer
			}
			if err := w.answer(ctx, ch, a); err != nil {
				return fmt.Errorf("%w: %w", errNoAnswer, err)
			}
			return nil
		}, func(o *challenge.CallOptions) { o.Device = w.device })
		switch {
		case err == nil && (tokens == nil || tokens.AccessToken.IsZero()):
			t.Fatal("neither tokens nor an error")
		case err != nil && tokens != nil:
			t.Fatalf("both tokens and %v", err)
		case err != nil && !ours(err) && !errors.Is(err, errNoAnswer):
			t.Fatalf("got %T: %v", err, err)
		case err != nil && len(err.Error()) > 10_000:
			t.Fatalf("an error of %d characters", len(err.Error()))
		case errors.Is(ctx.Err(), context.DeadlineExceeded):
			t.Fatal("a sign-in of a minute")
		case m.count > 4*challenge.MaxAnswers:
			t.Fatalf("%d requests", m.count)
		}
	})
}

// TestEmulators has what emulators were seen to send wrongly, and what could be.
func TestEmulators(t *testing.T) {
	const (
		verifier = `{"ChallengeName":"PASSWORD_VERIFIER","ChallengeParameters":{"SALT":%s,"SRP_B":%s,"SECRET_BLOCK":%s,"USERNAME":"alice","USER_ID_FOR_SRP":"alice"}}`
		b, block = `"b0"`, `"YmxvY2s="`
	)
	for name, tt := range map[string]struct {
		body string
		key  string // of the MalformedError
	}{
		"secret block in hex":           {fmt.Sprintf(verifier, `"0f"`, b, `"f0_"`), "SECRET_BLOCK"},
		"secret block missing":          {`{"ChallengeName":"PASSWORD_VERIFIER","ChallengeParameters":{"SALT":"0f","SRP_B":"b0","USERNAME":"alice"}}`, "SECRET_BLOCK"},
		"salt in base64":                {fmt.Sprintf(verifier, `"Zm9v=="`, b, block), "SALT"},
		"B is zero":                     {fmt.Sprintf(verifier, `"0f"`, `"0"`, block), "SRP_B"},
		"tokens without a token":        {`{"AuthenticationResult":{},"ChallengeParameters":{}}`, "AccessToken"},
		"nothing":                       {`{}`, "ChallengeName"},
		"a list in a text, of no texts": {`{"ChallengeName":"SELECT_MFA_TYPE","Session":"s","ChallengeParameters":{"MFAS_CAN_CHOOSE":"[{}]"}}`, "MFAS_CAN_CHOOSE"},
		"no object in a text":           {`{"ChallengeName":"NEW_PASSWORD_REQUIRED","Session":"s","ChallengeParameters":{"userAttributes":"[]"}}`, "userAttributes"},

		// The SDK can't read these, and so doesn't tell what is in them.
		"a list for a text (moto)":   {`{"ChallengeName":"MFA_SETUP","Session":"s","ChallengeParameters":{"MFAS_CAN_SETUP":["SOFTWARE_TOKEN_MFA"]}}`, "body"},
		"a number for a text":        {`{"ChallengeName":"SMS_MFA","Session":1}`, "body"},
		"a list for the parameters":  {`{"ChallengeName":"SMS_MFA","ChallengeParameters":[]}`, "body"},
		"a text for a number":        {`{"AuthenticationResult":{"AccessToken":"a","ExpiresIn":"3600"}}`, "body"},
		"a list for the tokens":      {`{"AuthenticationResult":[]}`, "body"},
		"a list for the whole reply": {`[]`, "body"},
		"a page":                     {`<html></html>`, "body"},
		"bytes":                      {"\xff\xfe\x00", "body"},
	} {
		client := newSDKClient(t, "public", &attempts{outcomes: []func(*http.Request) (*http.Response, error){respondWith(200, tt.body)}})
		_, err := client.Start(t.Context(), challenge.UserSRP{Username: "alice", Password: secret("pw")})
		var malformed *challenge.MalformedError
		if !errors.As(err, &malformed) || malformed.Key != tt.key {
			t.Errorf("%s: got %T: %v", name, err, err)
		}
		var decode *smithy.DeserializationError
		if tt.key == "body" && !errors.As(err, &decode) {
			t.Errorf("%s: the SDK's error is not reachable", name)
		}
	}
}
