package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/examples/internal/programtest"
)

// These variables make the test binary the program, and a credential_process
// that prints their value.
const (
	asProgram           = "RESPOND_TEST_AS_PROGRAM"
	asCredentialProcess = "RESPOND_TEST_AS_CREDENTIAL_PROCESS"
)

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	if credentials := os.Getenv(asCredentialProcess); credentials != "" {
		os.Stdout.WriteString(credentials)
		os.Exit(0)
	}
	programtest.IsolateAWS()
	os.Exit(m.Run())
}

// result is what the program did.
type result struct {
	status         int
	stdout, stderr string
}

// execute runs the program.
func execute(t *testing.T, env map[string]string, args ...string) result {
	t.Helper()
	var stdout, stderr strings.Builder
	status := run(t.Context(), args, func(name string) string { return env[name] }, &stdout, &stderr)
	return result{status, stdout.String(), stderr.String()}
}

// executeAlone runs the program as a process of its own, as users do.
func executeAlone(t *testing.T, env map[string]string, args ...string) result {
	t.Helper()
	var stdout, stderr strings.Builder
	program := exec.CommandContext(t.Context(), os.Args[0], args...)
	// A program with the race detector would sleep for a second when it ends.
	program.Env = append(os.Environ(), asProgram+"=1", "GORACE=atexit_sleep_ms=0")
	for name, value := range env {
		program.Env = append(program.Env, name+"="+value)
	}
	program.Stdout, program.Stderr = &stdout, &stderr
	if err := program.Run(); program.ProcessState == nil {
		t.Fatal(err)
	}
	return result{program.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// output is the whole output of admin-initiate-auth, and so that of the program:
// only the former has AvailableChallenges.
type output struct {
	response
	AvailableChallenges []types.ChallengeNameType `json:",omitempty"`
}

// reply returns what the program printed, after a success.
func (r result) reply(t *testing.T) output {
	t.Helper()
	var reply output
	if r.status != 0 {
		t.Fatalf("got exit status %d: %s", r.status, r.stderr)
	}
	if err := json.Unmarshal([]byte(r.stdout), &reply); err != nil {
		t.Fatalf("%v in %s", err, r.stdout)
	}
	return reply
}

// check checks the exit status and that each text is on standard error.
func (r result) check(t *testing.T, status int, texts ...string) {
	t.Helper()
	if r.status != status {
		t.Errorf("got exit status %d, want %d: %s", r.status, status, r.stderr)
	}
	for _, text := range texts {
		if !strings.Contains(r.stderr, text) {
			t.Errorf("got standard error %q, want %q in it", r.stderr, text)
		}
	}
}

// file writes a file and returns the value that names it.
func file(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "value")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return filePrefix + name
}

const (
	userPoolID = "eu-west-1_Demo12345"
	clientID   = "demo"
	session    = "session-of-twenty-characters-or-more"
)

// stub stands in for the service: it takes every call, and remembers the last.
type stub struct {
	url string

	mu     sync.Mutex
	calls  int
	header http.Header
	body   string
}

// newStub returns a stub that answers with status and reply.
func newStub(t *testing.T, status int, reply string) *stub {
	t.Helper()
	s := &stub{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.mu.Lock()
		s.calls, s.header, s.body = s.calls+1, r.Header, string(body)
		s.mu.Unlock()
		w.Header().Set("X-Amzn-Requestid", "request-1")
		w.WriteHeader(status)
		io.WriteString(w, reply)
	}))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

const tokens = `{"AuthenticationResult":{"AccessToken":"the-access-token","ExpiresIn":3600,"TokenType":"Bearer"},"ChallengeParameters":{}}`

// sent returns the request that came last.
func (s *stub) sent(t *testing.T) map[string]any {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	var request map[string]any
	if err := json.Unmarshal([]byte(s.body), &request); err != nil {
		t.Fatalf("%d calls: %v", s.calls, err)
	}
	return request
}

// pool is the program fakepool, running.
type pool struct {
	endpoint string
	sdk      *cip.Client

	mu    sync.Mutex
	codes map[string]chan string // by user
}

// servePool runs fakepool until the test ends.
func servePool(t *testing.T, config string) *pool {
	t.Helper()
	endpoint, messages := programtest.ServePool(t, config)
	p := &pool{endpoint: endpoint, codes: make(map[string]chan string)}
	p.sdk = cip.New(cip.Options{
		Region: "eu-west-1", BaseEndpoint: &p.endpoint,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
	})
	go func() {
		for m := range messages {
			p.messages(m.Username) <- m.Code
		}
	}()
	return p
}

func (p *pool) messages(username string) chan string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.codes[username] == nil {
		p.codes[username] = make(chan string, 16)
	}
	return p.codes[username]
}

// code returns the oldest code for a user that was not read yet.
func (p *pool) code(username string) string { return <-p.messages(username) }

// begin begins a sign-in as admin-initiate-auth does, and returns its output.
// parameters are keys and values in turn.
func (p *pool) begin(t *testing.T, flow types.AuthFlowType, parameters ...string) output {
	t.Helper()
	values := make(map[string]string)
	for i := 0; i < len(parameters); i += 2 {
		values[parameters[i]] = parameters[i+1]
	}
	out, err := p.sdk.AdminInitiateAuth(t.Context(), &cip.AdminInitiateAuthInput{
		UserPoolId: aws.String(userPoolID), ClientId: aws.String(clientID), AuthFlow: flow, AuthParameters: values,
	})
	if err != nil {
		t.Fatal(err)
	}
	return output{
		response{ChallengeName: string(out.ChallengeName), Session: aws.ToString(out.Session), ChallengeParameters: out.ChallengeParameters},
		out.AvailableChallenges,
	}
}

// signIn signs a user in with a password and, if need be, a code.
func (p *pool) signIn(t *testing.T, username string) *challenge.Tokens {
	t.Helper()
	client, err := challenge.New(challenge.Config{UserPoolID: userPoolID, ClientID: clientID, Transport: challenge.Public(p.sdk)})
	if err != nil {
		t.Fatal(err)
	}
	start := challenge.UserPassword{Username: username, Password: challenge.NewSecret(password)}
	tokens, err := client.SignIn(t.Context(), start, func(_ context.Context, c challenge.Challenge, _ challenge.Attempt) error {
		return challenge.Fill(c, map[string]string{"SMS_MFA_CODE": p.code(username)})
	})
	if err != nil {
		t.Fatal(err)
	}
	return tokens
}

const password = "Passw0rd!"

// args returns the command line for a pool or a stub.
func args(endpoint string, more ...string) []string {
	return append([]string{"--endpoint-url", endpoint, "--user-pool-id", userPoolID, "--client-id", clientID}, more...)
}
