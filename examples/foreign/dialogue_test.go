package foreign

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

// clients are the scripts of the foreign clients.
var clients = []string{"identityjs.mjs", "amplify.mjs"}

// A signIn is what a client is told to do.
type signIn struct {
	Endpoint   string `json:"endpoint"`
	UserPoolID string `json:"userPoolId"`
	ClientID   string `json:"clientId"`
	Flow       string `json:"flow"`      // in Amplify's words
	Preferred  string `json:"preferred"` // first factor of USER_AUTH
	Username   string `json:"username"`
	Password   string `json:"password"`

	Keep      bool      `json:"keep"`         // what the client stored in the sign-in before
	Remember  bool      `json:"remember"`     // the device, in the end
	Passkey   *visit    `json:"passkey"`      // to register in the end
	Refresh   bool      `json:"refresh"`      // the tokens, in the end
	Ephemeral string    `json:"ephemeral"`    // a of SRP, in hex; if empty, random
	Now       time.Time `json:"now,omitzero"` // of a stopped clock
}

// A report is what a client says: what it asks for or, when it is done, the
// result.
type report struct {
	Question string
	Secret   string // of a new authenticator app

	Done       bool
	Error      string
	ID, Access map[string]any // the verified tokens' claims
	Refreshed  bool           // they are not those of the sign-in
}

// A turn is what a client must ask for, and the answer.
type turn struct {
	question string
	answer   answer
}

type answer func(*challengetest.Pool, report) any

// run signs in and returns the result. The client must ask for what is in
// turns, and nothing else.
func (n *node) run(t *testing.T, pool *challengetest.Pool, s signIn, turns []turn) report {
	t.Helper()
	n.send(t, s)
	for {
		var r report
		n.receive(t, &r)
		switch {
		case !r.Done && len(turns) > 0 && r.Question == turns[0].question:
			n.send(t, turns[0].answer(pool, r))
			turns = turns[1:]
		case !r.Done:
			t.Errorf("the client asks for %q", r.Question)
			n.send(t, nil)
		default:
			if len(turns) > 0 {
				t.Errorf("the client does not ask for %q", turns[0].question)
			}
			return r
		}
	}
}

// newPool returns a pool with the user alice, unless config has others.
func newPool(t *testing.T, config challengetest.Config) *challengetest.Pool {
	t.Helper()
	if config.Users == nil {
		config.Users = []challengetest.User{alice}
	}
	pool, err := challengetest.NewPool(config)
	if err != nil {
		t.Fatal(err)
	}
	return pool
}

// serve serves a pool, and returns it and a sign-in of alice.
func serve(t *testing.T, config challengetest.Config) (*challengetest.Pool, signIn) {
	t.Helper()
	pool := newPool(t, config)
	return pool, serveAt(t, pool.Handler())
}

// serveAt serves what answers for a pool, and returns a sign-in of alice.
func serveAt(t *testing.T, handler http.Handler) signIn {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return signIn{
		Endpoint:   server.URL,
		UserPoolID: challengetest.DefaultUserPoolID,
		ClientID:   challengetest.DefaultClientID,
		Flow:       "USER_SRP_AUTH",
		Username:   "alice",
		Password:   "Passw0rd!",
	}
}

// say answers with v.
func say(v any) answer {
	return func(*challengetest.Pool, report) any { return v }
}

// newest answers with the code of the newest message.
func newest(pool *challengetest.Pool, _ report) any {
	messages := pool.Messages()
	if len(messages) == 0 {
		return "none was sent"
	}
	return messages[len(messages)-1].Code.Reveal()
}

// notNewest answers with another code.
func notNewest(pool *challengetest.Pool, r report) any {
	return otherThan(newest(pool, r).(string))
}

func otherThan(code string) string {
	return string('0'+(code[0]-'0'+1)%10) + code[1:]
}

// An authenticator answers with the code that an authenticator app shows.
type authenticator struct {
	Secret string `json:"authenticator"`
}

// newAuthenticator answers with the code that a new one shows.
func newAuthenticator(_ *challengetest.Pool, r report) any { return authenticator{r.Secret} }

// password answers with a new password and attributes.
type password struct {
	Password   string            `json:"password"`
	Attributes map[string]string `json:"attributes,omitempty"`
}

// checkUser checks whose tokens a client got.
func checkUser(t *testing.T, got report, want string) {
	t.Helper()
	if got.ID["cognito:username"] != want || got.Access["username"] != want {
		t.Errorf("got tokens of %v and %v, want %q", got.ID["cognito:username"], got.Access["username"], want)
	}
}
