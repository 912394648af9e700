package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

// riddleAnswer is the right one.
const riddleAnswer = "forty-two"

// flowConfig is a pool in which users can begin by whatever there is.
const flowConfig = `{
	"user_pool_id": "eu-west-1_Demo12345",
	"custom": {"question": "What is 6 times 7?", "answer": "forty-two"},
	"clients": [{"client_id": "open"}, {"client_id": "confidential", "client_secret": "not-so-secret"}],
	"users": [
		{"username": "erin", "password": "Passw0rd!",
			"attributes": {"email": "erin@example.com", "phone_number": "+15550102"}},
		{"username": "frank", "attributes": {"email": "frank@example.com"}}
	]
}`

// sdk returns a client of the pool for what a test does besides signing in.
func (s *server) sdk() *cip.Client {
	return cip.New(cip.Options{
		Region: "eu-west-1", BaseEndpoint: &s.endpoint,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
	})
}

// Every flow that begins otherwise than by a password alone, by both APIs, with
// and without a client secret.
func TestFlows(t *testing.T) {
	t.Parallel()
	const (
		riddle = "question: What is 6 times 7?\nAnswer:\n"
		list   = "1  PASSWORD_SRP\n2  PASSWORD\n3  EMAIL_OTP\n4  SMS_OTP\nChoose a way to sign in:\n"
		mail   = "Code sent by EMAIL to e***@e***:\n"
		sms    = "Code sent by SMS to +*******0102:\n"
	)
	tests := map[string]struct {
		args       []string
		noPassword bool
		answers    func(*server) []answer
		stderr     string
		steps      string
	}{
		"custom": {
			args: []string{"frank", "-flow", "custom"}, noPassword: true,
			answers: func(*server) []answer { return []answer{line(riddleAnswer)} },
			stderr:  riddle,
			steps:   `"CUSTOM_CHALLENGE"`,
		},
		"custom, after a password": {
			args:    []string{"erin", "-flow", "custom"},
			answers: func(*server) []answer { return []answer{line(riddleAnswer)} },
			stderr:  riddle,
			steps:   `"PASSWORD_VERIFIER","CUSTOM_CHALLENGE"`,
		},
		"custom, right at last": {
			args:    []string{"erin", "-flow", "custom"},
			answers: func(*server) []answer { return []answer{line("54"), line("forty"), line(riddleAnswer)} },
			stderr:  riddle + riddle + riddle,
			steps:   `"PASSWORD_VERIFIER","CUSTOM_CHALLENGE","CUSTOM_CHALLENGE","CUSTOM_CHALLENGE"`,
		},
		"choice": {
			args:    []string{"erin", "-flow", "choice"},
			answers: func(s *server) []answer { return []answer{line("4"), s.code} },
			stderr:  list + sms,
			steps:   `"SELECT_CHALLENGE","SMS_OTP"`,
		},
		"choice of e-mail": {
			args: []string{"erin", "-flow", "choice"}, noPassword: true,
			answers: func(s *server) []answer { return []answer{line("email_otp"), s.code} },
			stderr:  list + mail,
			steps:   `"SELECT_CHALLENGE","EMAIL_OTP"`,
		},
		"choice of a password": {
			args:    []string{"erin", "-flow", "choice"},
			answers: func(*server) []answer { return []answer{line("PASSWORD")} },
			stderr:  list,
			steps:   `"SELECT_CHALLENGE"`,
		},
		"choice of a password to prove": {
			args: []string{"erin", "-flow", "choice"}, noPassword: true,
			answers: func(*server) []answer { return []answer{line("1"), line(password)} },
			stderr:  list + "Password of erin:\n",
			steps:   `"SELECT_CHALLENGE","PASSWORD_VERIFIER"`,
		},
		"choice of what there is not": {
			args:    []string{"erin", "-flow", "choice"},
			answers: func(*server) []answer { return []answer{line("5"), line("2")} },
			stderr: list + `the answer is "5", expected one of ["PASSWORD_SRP" "PASSWORD" "EMAIL_OTP" "SMS_OTP"]; try again` + "\n" +
				list,
			steps: `"SELECT_CHALLENGE"`,
		},
		"PASSWORD": {
			args:  []string{"erin", "-flow", "choice", "-prefer", "PASSWORD"},
			steps: ``,
		},
		"PASSWORD_SRP": {
			args:  []string{"erin", "-flow", "choice", "-prefer", "PASSWORD_SRP"},
			steps: `"PASSWORD_VERIFIER"`,
		},
		"PASSWORD_SRP, when asked": {
			args: []string{"erin", "-flow", "choice", "-prefer", "PASSWORD_SRP"}, noPassword: true,
			answers: func(*server) []answer { return []answer{line(password)} },
			stderr:  "Password of erin:\n",
			steps:   `"PASSWORD_VERIFIER"`,
		},
		"EMAIL_OTP": {
			args:    []string{"erin", "-flow", "choice", "-prefer", "EMAIL_OTP"},
			answers: func(s *server) []answer { return []answer{s.code} },
			stderr:  mail,
			steps:   `"EMAIL_OTP"`,
		},
		"SMS_OTP": {
			args: []string{"erin", "-flow", "choice", "-prefer", "SMS_OTP"}, noPassword: true,
			answers: func(s *server) []answer { return []answer{line("000000x"), s.code} },
			stderr:  sms + "the code is wrong; try again\n" + sms,
			steps:   `"SMS_OTP"`,
		},
		"preferred, but not the user's": {
			args: []string{"frank", "-flow", "choice", "-prefer", "SMS_OTP"}, noPassword: true,
			answers: func(s *server) []answer { return []answer{line("1"), s.code} },
			stderr:  "1  EMAIL_OTP\nChoose a way to sign in:\nCode sent by EMAIL to f***@e***:\n",
			steps:   `"SELECT_CHALLENGE","EMAIL_OTP"`,
		},
		"passkey preferred, none registered": {
			args:    []string{"erin", "-flow", "choice", "-prefer", "WEB_AUTHN"},
			answers: func(*server) []answer { return []answer{line("2")} },
			stderr:  list,
			steps:   `"SELECT_CHALLENGE"`,
		},
	}
	for name, test := range tests {
		for _, api := range []string{"public", "admin"} {
			for _, client := range []string{"open", "confidential"} {
				t.Run(name+" "+api+" "+client, func(t *testing.T) {
					t.Parallel()
					pool := serve(t, flowConfig)
					calls := pool.watch(t)
					env := map[string]string{}
					if !test.noPassword {
						env["COGNITO_PASSWORD"] = password
					}
					if client == "confidential" {
						env["COGNITO_CLIENT_SECRET"] = clientSecret
					}
					var answers []answer
					if test.answers != nil {
						answers = test.answers(pool)
					}
					args := pool.args(test.args[0], append(test.args[1:], "-client-id", client, "-api", api, "-json")...)
					r := sign(t, args, env, answers...)
					r.check(t, 0, password, clientSecret, riddleAnswer)
					if r.stderr != test.stderr {
						t.Errorf("got standard error\n%s\nwant\n%s", r.stderr, test.stderr)
					}
					if want := signedInJSON(test.args[0], test.steps); r.stdout != want {
						t.Errorf("got standard output %s, want %s", r.stdout, want)
					}
					checkCalls(t, calls, api)
				})
			}
		}
	}
}

// signedInJSON is what -json prints.
func signedInJSON(username, steps string) string {
	return fmt.Sprintf(`{"signed_in":true,"username":%q,"steps":[%s],"token_type":"Bearer","expires_in":3600}`+"\n", username, steps)
}

// checkCalls checks that there were calls, all of them to the API.
func checkCalls(t *testing.T, calls <-chan call, api string) {
	t.Helper()
	if len(calls) == 0 {
		t.Error("no calls were seen")
	}
	for range len(calls) {
		call := <-calls
		if admin := api == "admin"; call.admin != admin || call.signed != admin {
			t.Errorf("got call %+v, want it admin and signed only with -api admin", call)
		}
	}
}

// Whoever has a passkey can prefer or choose it, and is told why that ends here.
func TestPasskey(t *testing.T) {
	t.Parallel()
	pool := serve(t, flowConfig)
	registerPasskey(t, pool.sdk(), "erin")
	for name, test := range map[string]struct {
		args    []string
		answers []answer
		steps   string
	}{
		"preferred": {args: []string{"-prefer", "WEB_AUTHN"}, steps: `"WEB_AUTHN"`},
		"chosen":    {answers: []answer{line("web_authn")}, steps: `"SELECT_CHALLENGE","WEB_AUTHN"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := pool.args("erin", append(test.args, "-client-id", "open", "-flow", "choice", "-json")...)
			r := sign(t, args, nil, test.answers...)
			r.check(t, 1)
			const sentence = "the pool wants a passkey, which takes a browser"
			if want := "signin: " + sentence; last(r.stderr) != want {
				t.Errorf("got %q, want %q", last(r.stderr), want)
			}
			if want := fmt.Sprintf(`{"signed_in":false,"error":%q,"steps":[%s]}`+"\n", sentence, test.steps); r.stdout != want {
				t.Errorf("got standard output %s, want %s", r.stdout, want)
			}
		})
	}
}

// registerPasskey gives the user a passkey, as a web site does.
func registerPasskey(t *testing.T, sdk *cip.Client, username string) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	signedIn, err := sdk.InitiateAuth(t.Context(), &cip.InitiateAuthInput{
		AuthFlow: types.AuthFlowTypeUserPasswordAuth, ClientId: aws.String("open"),
		AuthParameters: map[string]string{"USERNAME": username, "PASSWORD": password},
	})
	must(err)
	token := signedIn.AuthenticationResult.AccessToken
	started, err := sdk.StartWebAuthnRegistration(t.Context(), &cip.StartWebAuthnRegistrationInput{AccessToken: token})
	must(err)
	options, err := started.CredentialCreationOptions.MarshalSmithyDocument()
	must(err)
	passkey, err := challengetest.NewPasskey(challengetest.ES256)
	must(err)
	text, err := passkey.Register(string(options), "http://localhost")
	must(err)
	var credential any
	must(json.Unmarshal([]byte(text), &credential))
	_, err = sdk.CompleteWebAuthnRegistration(t.Context(), &cip.CompleteWebAuthnRegistrationInput{
		AccessToken: token, Credential: document.NewLazyDocument(credential),
	})
	must(err)
}

// Each flow that fails does so with one sentence.
func TestFlowFailure(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		config  string // if empty, flowConfig
		args    []string
		env     map[string]string
		answers []answer
		steps   string
		want    string
	}{
		"wrong answers": {
			args:    []string{"frank", "-flow", "custom"},
			answers: []answer{line("54"), line("forty"), line("two")},
			steps:   `"CUSTOM_CHALLENGE","CUSTOM_CHALLENGE","CUSTOM_CHALLENGE"`,
			want:    "the pool does not accept the answer",
		},
		"wrong answer, no more input": {
			args:    []string{"frank", "-flow", "custom"},
			answers: []answer{line("54")},
			steps:   `"CUSTOM_CHALLENGE","CUSTOM_CHALLENGE"`,
			want:    "the input ended before the question was answered",
		},
		"wrong password before the riddle": {
			args:  []string{"erin", "-flow", "custom"},
			env:   map[string]string{"COGNITO_PASSWORD": "Wr0ng!"},
			steps: `"PASSWORD_VERIFIER"`,
			want:  "the user name or the password is wrong",
		},
		"no riddle": {
			config: poolConfig,
			args:   []string{"dave", "-flow", "custom"},
			want:   "the pool or the app client is not set up for this sign-in: Custom auth lambda trigger is not configured for the user pool.",
		},
		"wrong password, preferred": {
			args: []string{"erin", "-flow", "choice", "-prefer", "PASSWORD"},
			env:  map[string]string{"COGNITO_PASSWORD": "Wr0ng!"},
			want: "the user name or the password is wrong",
		},
		"wrong password, chosen": {
			args:    []string{"erin", "-flow", "choice"},
			env:     map[string]string{"COGNITO_PASSWORD": "Wr0ng!"},
			answers: []answer{line("PASSWORD_SRP")},
			steps:   `"SELECT_CHALLENGE","PASSWORD_VERIFIER"`,
			want:    "the user name or the password is wrong",
		},
		"wrong codes": {
			args:    []string{"erin", "-flow", "choice", "-prefer", "EMAIL_OTP"},
			answers: []answer{line("000000x"), line("000000x"), line("000000x")},
			steps:   `"EMAIL_OTP"`,
			want:    "the code is wrong",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.config == "" {
				test.config = flowConfig
			}
			args := serve(t, test.config).args(test.args[0], append(test.args[1:], "-client-id", "open", "-json")...)
			r := sign(t, args, test.env, test.answers...)
			r.check(t, 1, "Wr0ng!", "000000x", riddleAnswer)
			if want := "signin: " + test.want; last(r.stderr) != want {
				t.Errorf("got %q, want %q", last(r.stderr), want)
			}
			if want := fmt.Sprintf(`{"signed_in":false,"error":%q,"steps":[%s]}`+"\n", test.want, test.steps); r.stdout != want {
				t.Errorf("got standard output %s, want %s", r.stdout, want)
			}
			if n := strings.Count(r.stderr, "signin: "); n != 1 {
				t.Errorf("got %d sentences, want one", n)
			}
		})
	}
}
