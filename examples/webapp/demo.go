package main

import (
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

// demo is the pool in memory. The site reaches it like a real one, over HTTP.
type demo struct {
	pool   *challengetest.Pool
	server *http.Server
	Users  []demoUser
}

type demoUser struct {
	challengetest.User
	Asked string
}

// Plain returns the password for the demo's pages.
func (u demoUser) Plain() string { return u.Password.Reveal() }

// newDemo makes and serves a pool, and has the options name it.
func newDemo(o *options) (*demo, error) {
	password := func() challenge.Secret {
		return challenge.NewSecret("Demo-" + strings.ToLower(rand.Text()[:6]) + "-1A")
	}
	config := challengetest.Config{
		UserPoolID: "eu-west-1_Demo12345",
		Clients: []challengetest.AppClient{{
			ID: "demo", Secret: challenge.NewSecret(rand.Text()), AuthFlows: types.ExplicitAuthFlowsType("").Values(),
			AuthSessionValidity: o.validity, PreventUserExistenceErrors: types.PreventUserExistenceErrorTypesEnabled,
		}},
		DeviceConfiguration: &types.DeviceConfigurationType{
			ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true,
		},
		WebAuthn: types.WebAuthnConfigurationType{RelyingPartyId: aws.String("localhost")},
	}
	alice := challengetest.User{
		Username: "alice", Password: password(),
		Attributes: map[string]string{"name": "Alice Liddell", "email": "alice@example.com", "phone_number": "+15550100"},
	}
	bob := challengetest.User{Username: "bob", Password: password(), Attributes: map[string]string{"email": "bob@example.com", "phone_number": "+15550101"}}
	var asked [2]string
	if o.demo == "mfa" {
		config.MFA = types.UserPoolMfaTypeOn
		alice.MFA = []types.ChallengeNameType{types.ChallengeNameTypeSmsMfa}
		bob.Temporary, bob.RequiredAttributes = true, []string{"name"}
		asked[0] = "a code by text message, unless this device is remembered"
		asked[1] = "a new password and a name, then to set up an authenticator app or e-mail: it is the first sign-in"
	} else {
		config.MFA = types.UserPoolMfaTypeOptional
		bob.MFA = []types.ChallengeNameType{types.ChallengeNameTypeSmsMfa, types.ChallengeNameTypeSoftwareTokenMfa, types.ChallengeNameTypeEmailOtp}
		asked[0] = "the password, or a code by e-mail or text message, or a passkey once there is one"
		asked[1] = "the password, then to choose a second step"
	}
	d := &demo{Users: []demoUser{{alice, asked[0]}, {bob, asked[1]}}}
	config.Users = []challengetest.User{alice, bob}
	var err error
	if d.pool, err = challengetest.NewPool(config); err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	d.server = &http.Server{Handler: d.pool.Handler(), ReadHeaderTimeout: 10 * time.Second}
	go d.server.Serve(listener)
	o.config.UserPoolID, o.config.ClientID, o.config.ClientSecret = config.UserPoolID, "demo", config.Clients[0].Secret
	o.region, o.endpoint = "eu-west-1", "http://"+listener.Addr().String()
	return d, nil
}

func (d *demo) Close() error { return d.server.Close() }

// introduce prints who can sign in.
func (d *demo) introduce(to io.Writer, home string) {
	fmt.Fprintln(to, "\nThe user pool is in memory. Its users:")
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	for _, u := range d.Users {
		fmt.Fprintf(table, "  %s\t%s\tis asked for %s\n", u.Username, u.Password.Reveal(), u.Asked)
	}
	table.Flush()
	fmt.Fprintf(to, "\nTheir phone, with all codes: %s/demo\n", home)
}

// showDemo shows the users' phone and mail box. Only the demo has this page.
func (s *site) showDemo(w http.ResponseWriter, _ *http.Request) {
	type message struct{ To, Medium, Code string }
	var messages []message
	for _, m := range slices.Backward(s.demo.pool.Messages()) {
		messages = append(messages, message{m.Username, m.Medium, m.Code.Reveal()})
	}
	type app struct{ User, Code string }
	var apps []app
	for _, u := range s.demo.Users {
		if code, err := s.demo.pool.TOTPCode(u.Username); err == nil {
			apps = append(apps, app{u.Username, code.Reveal()})
		}
	}
	s.show(w, http.StatusOK, "demo", map[string]any{
		"Messages": messages[:min(len(messages), 10)], "Apps": apps, "Left": 30 - time.Now().Unix()%30,
	})
}
