package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

const (
	password     = "Passw0rd!"
	temporary    = "Welcome1!"
	clientSecret = "not-so-secret"
)

// poolConfig is a pool whose users have every second factor.
const poolConfig = `{
	"user_pool_id": "eu-west-1_Demo12345",
	"alias_attributes": ["email"],
	"clients": [
		{"client_id": "open"},
		{"client_id": "confidential", "client_secret": "not-so-secret"},
		{"client_id": "srponly", "auth_flows": ["ALLOW_USER_SRP_AUTH"]}
	],
	"users": [
		{"username": "alice", "password": "Passw0rd!", "mfa": ["SMS_MFA"],
			"attributes": {"email": "alice@example.com", "email_verified": "true", "phone_number": "+15550100"}},
		{"username": "bob", "password": "Welcome1!", "temporary": true, "required_attributes": ["name", "nickname"],
			"attributes": {"nickname": "Bobby"}},
		{"username": "carol", "password": "Passw0rd!", "mfa": ["SMS_MFA", "SOFTWARE_TOKEN_MFA"],
			"totp_secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "attributes": {"phone_number": "+15550101"}},
		{"username": "dave", "password": "Passw0rd!"}
	]
}`

// Both flows, both APIs, with and without a client secret: the second factor
// goes from fakepool's standard output to signin's standard input.
func TestSignIn(t *testing.T) {
	t.Parallel()
	for _, flow := range []string{"srp", "password"} {
		for _, api := range []string{"public", "admin"} {
			for _, client := range []string{"open", "confidential"} {
				t.Run(flow+" "+api+" "+client, func(t *testing.T) {
					t.Parallel()
					pool := serve(t, poolConfig)
					calls := pool.watch(t)
					env := map[string]string{"COGNITO_PASSWORD": password}
					if client == "confidential" {
						env["COGNITO_CLIENT_SECRET"] = clientSecret
					}
					var code string
					r := sign(t, pool.args("alice", "-client-id", client, "-flow", flow, "-api", api, "-json"), env, func(said string) string {
						if want := "Code sent by SMS to +*******0100:\n"; said != want {
							t.Errorf("got question %q, want %q", said, want)
						}
						code = pool.code(said)
						return code
					})
					r.check(t, 0, password, clientSecret, code)
					steps := `"PASSWORD_VERIFIER","SMS_MFA"`
					if flow == "password" {
						steps = `"SMS_MFA"`
					}
					if want := signedInJSON("alice", steps); r.stdout != want {
						t.Errorf("got standard output %s, want %s", r.stdout, want)
					}
					checkCalls(t, calls, api)
				})
			}
		}
	}
}

// What is asked, what is answered, and what comes of it.
func TestConversation(t *testing.T) {
	t.Parallel()
	env := map[string]string{"COGNITO_PASSWORD": password}
	tests := map[string]struct {
		config  string // if empty, poolConfig
		args    []string
		env     map[string]string
		answers func(*server) []answer
		stderr  string
		stdout  string
	}{
		"no second factor": {
			args:   []string{"dave", "-client-id", "open"},
			env:    env,
			stdout: "signed in as dave, Bearer token for 1h0m0s\n",
		},
		"no steps": {
			args:   []string{"dave", "-client-id", "open", "-flow", "password", "-json"},
			env:    env,
			stdout: `{"signed_in":true,"username":"dave","steps":[],"token_type":"Bearer","expires_in":3600}` + "\n",
		},
		"secrets as flags": {
			args:   []string{"dave", "-client-id", "confidential", "-password", password, "-client-secret", clientSecret},
			stdout: "signed in as dave, Bearer token for 1h0m0s\n",
		},
		"flags before the environment": {
			args:   []string{"dave", "-client-id", "confidential", "-password", password, "-client-secret", clientSecret},
			env:    map[string]string{"COGNITO_PASSWORD": "wrong", "COGNITO_CLIENT_SECRET": "wrong"},
			stdout: "signed in as dave, Bearer token for 1h0m0s\n",
		},
		"password when asked": {
			args:    []string{"dave", "-client-id", "open"},
			answers: func(*server) []answer { return []answer{line(password)} },
			stderr:  "Password of dave:\n",
			stdout:  "signed in as dave, Bearer token for 1h0m0s\n",
		},
		"by an alias": {
			args:    []string{"alice@example.com", "-client-id", "confidential"},
			env:     map[string]string{"COGNITO_PASSWORD": password, "COGNITO_CLIENT_SECRET": clientSecret},
			answers: func(s *server) []answer { return []answer{s.code} },
			stderr:  "Code sent by SMS to +*******0100:\n",
			stdout:  "signed in as alice, Bearer token for 1h0m0s\n",
		},
		"two wrong codes": {
			args: []string{"alice", "-client-id", "open", "-json"},
			env:  env,
			answers: func(s *server) []answer {
				return []answer{line("not it"), line("000000x"), s.code}
			},
			stderr: "Code sent by SMS to +*******0100:\n" +
				"the code has white space in it; try again\n" +
				"Code sent by SMS to +*******0100:\n" +
				"the code is wrong; try again\n" +
				"Code sent by SMS to +*******0100:\n",
			stdout: `{"signed_in":true,"username":"alice","steps":["PASSWORD_VERIFIER","SMS_MFA"],"token_type":"Bearer","expires_in":3600}` + "\n",
		},
		"new password": {
			args: []string{"bob", "-client-id", "open", "-json"},
			env:  map[string]string{"COGNITO_PASSWORD": temporary},
			answers: func(*server) []answer {
				return []answer{line("short"), line("Bob"), line("Longer-1 "), line("Bob")}
			},
			stderr: "New password:\nYour name:\n" +
				"the new password is not accepted: Password does not conform to policy: Password not long enough; try again\n" +
				"New password:\nYour name:\n",
			stdout: `{"signed_in":true,"username":"bob","steps":["PASSWORD_VERIFIER","NEW_PASSWORD_REQUIRED"],"token_type":"Bearer","expires_in":3600}` + "\n",
		},
		"choice of a second factor by number": {
			args:    []string{"carol", "-client-id", "open", "-json"},
			env:     env,
			answers: func(s *server) []answer { return []answer{line("1"), s.code} },
			stderr: "1  SMS_MFA\n2  SOFTWARE_TOKEN_MFA\nChoose a second factor:\n" +
				"Code sent by SMS to +*******0101:\n",
			stdout: `{"signed_in":true,"username":"carol","steps":["PASSWORD_VERIFIER","SELECT_MFA_TYPE","SMS_MFA"],"token_type":"Bearer","expires_in":3600}` + "\n",
		},
		"choice of a second factor by name": {
			args: []string{"carol", "-client-id", "open"},
			env:  env,
			answers: func(*server) []answer {
				return []answer{line("3"), line("software_token_mfa"), authenticator("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")}
			},
			stderr: "1  SMS_MFA\n2  SOFTWARE_TOKEN_MFA\nChoose a second factor:\n" +
				`the answer is "3", expected one of ["SMS_MFA" "SOFTWARE_TOKEN_MFA"]; try again` + "\n" +
				"1  SMS_MFA\n2  SOFTWARE_TOKEN_MFA\nChoose a second factor:\n" +
				"Code of your authenticator app:\n",
			stdout: "signed in as carol, Bearer token for 1h0m0s\n",
		},
		"second factor by e-mail": {
			config:  `{"user_pool_id": "eu-west-1_Demo12345", "mfa": "ON", "clients": [{"client_id": "open"}], "users": [{"username": "dave", "password": "Passw0rd!"}]}`,
			args:    []string{"dave", "-client-id", "open", "-json"},
			env:     env,
			answers: func(s *server) []answer { return []answer{line("2"), line("dave@example.com"), s.code} },
			stderr: "1  SOFTWARE_TOKEN_MFA\n2  EMAIL_OTP\nChoose a second factor to set up:\n" +
				"E-mail address for codes:\n" +
				"Code sent by EMAIL to d***@e***:\n",
			stdout: `{"signed_in":true,"username":"dave","steps":["PASSWORD_VERIFIER","MFA_SETUP","EMAIL_OTP"],"token_type":"Bearer","expires_in":3600}` + "\n",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.config == "" {
				test.config = poolConfig
			}
			pool := serve(t, test.config)
			var answers []answer
			if test.answers != nil {
				answers = test.answers(pool)
			}
			r := sign(t, pool.args(test.args[0], test.args[1:]...), test.env, answers...)
			r.check(t, 0, password, temporary, clientSecret, "Longer-1")
			if r.stderr != test.stderr {
				t.Errorf("got standard error\n%s\nwant\n%s", r.stderr, test.stderr)
			}
			if r.stdout != test.stdout {
				t.Errorf("got standard output %s, want %s", r.stdout, test.stdout)
			}
		})
	}
}

// authenticator is an answer: the code of the app that has the key.
func authenticator(key string) answer {
	return func(string) string {
		code, err := challengetest.TOTP(challenge.NewSecret(key), time.Now())
		if err != nil {
			panic(err)
		}
		return code.Reveal()
	}
}

// altered returns another code.
func altered(code string) string {
	return string('0'+('9'-code[0])) + code[1:]
}

// An authenticator app is set up once, however many codes it takes.
func TestEnrolment(t *testing.T) {
	t.Parallel()
	for _, api := range []string{"public", "admin"} {
		t.Run(api, func(t *testing.T) {
			t.Parallel()
			pool := serve(t, `{"user_pool_id": "eu-west-1_Demo12345", "mfa": "ON", "clients": [{"client_id": "open"}], "users": [
				{"username": "bob", "password": "Welcome1!", "temporary": true, "required_attributes": ["name"]}]}`)
			key := regexp.MustCompile(`type this key into it: ([A-Z2-7]+)\n`)
			app := func(said string) string { return authenticator(key.FindStringSubmatch(said)[1])(said) }
			r := sign(t, pool.args("bob", "-client-id", "open", "-api", api, "-json"), map[string]string{"COGNITO_PASSWORD": temporary},
				line("Longer-1!"), line("Bob"), line("1"), line("12345"),
				func(said string) string { return altered(app(said)) },
				app,
			)
			r.check(t, 0, temporary, "Longer-1!")
			if n := len(key.FindAllString(r.stderr, -1)); n != 1 {
				t.Errorf("the key was shown %d times, want once", n)
			}
			for _, refusal := range []string{"the code is not six digits; try again\n", "the code is wrong; try again\n"} {
				if n := strings.Count(r.stderr, refusal); n != 1 {
					t.Errorf("%q was said %d times, want once", refusal, n)
				}
			}
			want := `{"signed_in":true,"username":"bob","steps":["PASSWORD_VERIFIER","NEW_PASSWORD_REQUIRED","MFA_SETUP"],"token_type":"Bearer","expires_in":3600}` + "\n"
			if r.stdout != want {
				t.Errorf("got standard output %s, want %s", r.stdout, want)
			}
		})
	}
}

// Every failure is one sentence, the same with -json, and no secret.
func TestFailure(t *testing.T) {
	t.Parallel()
	closed, refusal := closedPort(t)
	noPool := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(noPool.Close)
	mute := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		io.WriteString(w, "{}")
	}))
	t.Cleanup(mute.Close)

	const wrong = "Wr0ng-Passw0rd!"
	good := map[string]string{"COGNITO_PASSWORD": password}
	bad := map[string]string{"COGNITO_PASSWORD": wrong}
	tests := map[string]struct {
		endpoint string // if empty, that of a pool
		args     []string
		env      map[string]string
		answers  []answer
		asked    int // the number of questions, if it is checked
		steps    string
		want     string
	}{
		"wrong password": {
			args: []string{"alice", "-client-id", "open"}, env: bad, steps: `"PASSWORD_VERIFIER"`,
			want: "the user name or the password is wrong",
		},
		"wrong password, admin": {
			args: []string{"alice", "-client-id", "confidential", "-client-secret", clientSecret, "-api", "admin"}, env: bad, steps: `"PASSWORD_VERIFIER"`,
			want: "the user name or the password is wrong",
		},
		"wrong password, sent": {
			args: []string{"alice", "-client-id", "open", "-flow", "password"}, env: bad,
			want: "the user name or the password is wrong",
		},
		"no such user": {
			args: []string{"mallory", "-client-id", "open"}, env: good,
			want: "the user name or the password is wrong",
		},
		"wrong codes": {
			args: []string{"alice", "-client-id", "open"}, env: good, steps: `"PASSWORD_VERIFIER","SMS_MFA"`,
			answers: []answer{line("000000x"), line("000000x"), line("000000x")},
			asked:   3,
			want:    "the code is wrong",
		},
		"wrong code, no more input": {
			args: []string{"alice", "-client-id", "open", "-api", "admin"}, env: good, steps: `"PASSWORD_VERIFIER","SMS_MFA"`,
			answers: []answer{line("000000x")},
			want:    "the code is wrong",
		},
		"wrong authenticator codes": {
			args: []string{"carol", "-client-id", "open"}, env: good, steps: `"PASSWORD_VERIFIER","SELECT_MFA_TYPE","SOFTWARE_TOKEN_MFA"`,
			answers: []answer{line("2"), line("12345"), line("1234567"), line("x")},
			asked:   4,
			want:    "the code is not six digits",
		},
		"no input": {
			args: []string{"alice", "-client-id", "open"}, env: good, steps: `"PASSWORD_VERIFIER","SMS_MFA"`,
			want: "the input ended before the question was answered",
		},
		"no password": {
			args: []string{"alice", "-client-id", "open"},
			want: "the input ended before the question was answered",
		},
		"new passwords refused": {
			args: []string{"bob", "-client-id", "open"}, env: map[string]string{"COGNITO_PASSWORD": temporary}, steps: `"PASSWORD_VERIFIER","NEW_PASSWORD_REQUIRED"`,
			answers: []answer{line("wr0ng-passw0rd"), line("Bob"), line(""), line("Bob"), line("Shrt-1"), line("Bob")},
			want:    "the new password is not accepted: Password does not conform to policy: Password not long enough",
		},
		"missing secret": {
			args: []string{"alice", "-client-id", "confidential"}, env: good,
			want: "the app client wants its secret; give it as COGNITO_CLIENT_SECRET or -client-secret",
		},
		"missing secret, admin": {
			args: []string{"alice", "-client-id", "confidential", "-api", "admin", "-flow", "password"}, env: good,
			want: "the app client wants its secret; give it as COGNITO_CLIENT_SECRET or -client-secret",
		},
		"wrong secret": {
			args: []string{"alice", "-client-id", "confidential", "-client-secret", "guessed-secret"}, env: good,
			want: "the secret is not the app client's",
		},
		"flow not enabled": {
			args: []string{"alice", "-client-id", "srponly", "-flow", "password"}, env: good,
			want: "the pool or the app client is not set up for this sign-in: USER_PASSWORD_AUTH flow not enabled for this client",
		},
		"no such client": {
			args: []string{"alice", "-client-id", "nobodys"}, env: good,
			want: "the pool or the app client is not set up for this sign-in: User pool client nobodys does not exist.",
		},
		"no connection": {
			endpoint: closed, args: []string{"alice", "-client-id", "open"}, env: good,
			want: "no connection to " + closed + ": " + refusal,
		},
		"no connection, admin": {
			endpoint: closed, args: []string{"alice", "-client-id", "open", "-api", "admin"}, env: good,
			want: "no connection to " + closed + ": " + refusal,
		},
		"not a pool": {
			endpoint: noPool.URL, args: []string{"alice", "-client-id", "open"}, env: good,
			want: noPool.URL + " did not answer as Cognito does; start again",
		},
		"nonsense": {
			endpoint: mute.URL, args: []string{"alice", "-client-id", "open"}, env: good,
			want: mute.URL + " gave an answer that makes no sense: ChallengeName is missing, and there are no tokens",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// Each time another pool, because failures count against a user.
			args := func() []string {
				at := &server{endpoint: test.endpoint}
				if test.endpoint == "" {
					at = serve(t, poolConfig)
				}
				return at.args(test.args[0], test.args[1:]...)
			}
			secrets := []string{password, temporary, clientSecret, wrong, "guessed-secret", "000000x", "wr0ng-passw0rd", "Shrt-1"}

			r := sign(t, args(), test.env, test.answers...)
			r.check(t, 1, secrets...)
			if want := "signin: " + test.want; last(r.stderr) != want {
				t.Errorf("got %q, want %q", last(r.stderr), want)
			}
			if r.stdout != "" {
				t.Errorf("got standard output %q, want none", r.stdout)
			}
			if n := strings.Count(r.stderr, ":\n"); test.asked > 0 && n != test.asked {
				t.Errorf("got %d questions, want %d", n, test.asked)
			}

			r = sign(t, append(args(), "-json"), test.env, test.answers...)
			r.check(t, 1, secrets...)
			text, err := json.Marshal(test.want)
			if err != nil {
				t.Fatal(err)
			}
			want := fmt.Sprintf(`{"signed_in":false,"error":%s,"steps":[%s]}`+"\n", text, test.steps)
			if r.stdout != want {
				t.Errorf("got standard output %s, want %s", r.stdout, want)
			}
		})
	}
}

// closedPort returns a URL at which nobody listens, and what this system says
// to that. It is not a port that was free a moment ago, which the next server
// would get.
func closedPort(t *testing.T) (url, refusal string) {
	const address = "127.0.0.1:1"
	_, err := net.Dial("tcp", address)
	var failed *net.OpError
	if !errors.As(err, &failed) {
		t.Fatalf("got %v from port 1, want it closed", err)
	}
	return "http://" + address, failed.Err.Error()
}

// Whoever signs in by the public API needs no AWS credentials, and nothing
// looks for any.
func TestNoCredentials(t *testing.T) {
	metadata := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("the SDK asked the metadata service for %s", r.URL.Path)
	}))
	defer metadata.Close()
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "false")
	t.Setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.URL)
	t.Setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://credentials.invalid/")
	pool := serve(t, poolConfig)
	env := map[string]string{"COGNITO_PASSWORD": password}

	r := sign(t, pool.args("dave", "-client-id", "open"), env)
	r.check(t, 0, password)

	t.Setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "")
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
	}))
	defer refusing.Close()
	t.Setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", refusing.URL)
	r = sign(t, pool.args("dave", "-client-id", "open", "-api", "admin"), env)
	r.check(t, 1, password)
	if want := "signin: -api admin needs AWS credentials, and the SDK found none: "; !strings.HasPrefix(r.stderr, want) || strings.Count(r.stderr, "\n") != 1 {
		t.Errorf("got standard error %q, want one line that begins with %q", r.stderr, want)
	}
}

// An interrupt ends the program while it waits for an answer.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	pool := serve(t, poolConfig)
	ctx, interrupt := context.WithCancel(t.Context())
	nobody, typed := io.Pipe()
	defer typed.Close()
	var stdout, stderr strings.Builder
	args := pool.args("alice", "-client-id", "open")
	// The input is read when the question has been asked, and never answered.
	stdin := readerFunc(func(p []byte) (int, error) {
		interrupt()
		return nobody.Read(p)
	})
	status := run(ctx, args, func(string) string { return "" }, stdin, &stdout, &stderr)
	if want := "Password of alice:\nsignin: interrupted\n"; status != 1 || stderr.String() != want {
		t.Errorf("got exit status %d and standard error %q, want 1 and %q", status, &stderr, want)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
