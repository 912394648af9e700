package challengetest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

var live = flag.String("live", "", "check the real pool that the JSON `file` describes, see TestLiveConformance")

// TestLiveConformance compares a user pool of AWS, or of an emulator, with what
// this package takes for the truth:
//
//	go test ./challenge/challengetest -run LiveConformance -v -args -live "$PWD/pool.json"
//
// The file has the fields of challengetest.Conformance and of its users, with
// secrets as texts, and two of its own: Endpoint, if the pool is not AWS's, and
// Answer, a command that prints the answer to a challenge. It is run with three
// more arguments: the user name, the challenge's name, and its parameters as
// JSON. This one asks whoever runs the test:
//
//	{
//		"UserPoolID": "eu-west-1_AbCdEfGhI", "ClientID": "1example23456789",
//		"ClientSecret": "", "HidesUsers": true,
//		"Username": "alice", "Password": "...", "Alias": "alice@example.com",
//		"LockedOut": {"Username": "mallory", "Password": "..."},
//		"NewPassword": "...",
//		"MFA": "OPTIONAL",
//		"FirstFactors": ["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"],
//		"Origin": "https://example.com",
//		"DeviceConfiguration": null,
//		"SignIns": {
//			"USER_PASSWORD_AUTH": [
//				{"Username": "bob", "Password": "...", "Temporary": true},
//				{"Username": "carol", "Password": "...", "MFA": ["SMS_MFA"]},
//				{"Username": "dave", "Password": "...", "MFA": ["SOFTWARE_TOKEN_MFA"], "TOTPSecret": "..."}
//			],
//			"ADMIN_USER_PASSWORD_AUTH": [
//				{"Username": "frank", "Password": "..."}
//			],
//			"USER_AUTH": [
//				{"Username": "erin", "Password": "...", "Attributes": {"email": "erin@example.com"}}
//			]
//		},
//		"Answer": ["sh", "-c", "echo \"$2 of $1, $3:\" >/dev/tty; read answer </dev/tty; echo \"$answer\"", "sh"]
//	}
//
// What is left out is not examined. In a pool that requires a second factor,
// "NewEmails": {"grace": "grace@example.com"} says who sets up an address. Only
// ADMIN_USER_PASSWORD_AUTH is signed, with AWS_ACCESS_KEY_ID,
// AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN of the environment.
func TestLiveConformance(t *testing.T) {
	if *live == "" {
		t.Skip("no pool is given by -live")
	}
	if err := checkLive(t.Context(), *live); err != nil {
		t.Error(err)
	}
}

// A liveUser is a User in JSON.
type liveUser struct {
	challengetest.User
	Password, TOTPSecret string
}

func (u liveUser) user() challengetest.User {
	u.User.Password, u.User.TOTPSecret = challenge.NewSecret(u.Password), challenge.NewSecret(u.TOTPSecret)
	return u.User
}

// A livePool is a Conformance in JSON.
type livePool struct {
	challengetest.Conformance
	Endpoint                            string
	ClientSecret, Password, NewPassword string
	LockedOut                           liveUser
	SignIns                             map[types.AuthFlowType][]liveUser
	Answer                              []string
}

func checkLive(ctx context.Context, file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var p livePool
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return err
	}
	c, secret := p.Conformance, challenge.NewSecret
	c.ClientSecret, c.Password, c.NewPassword = secret(p.ClientSecret), secret(p.Password), secret(p.NewPassword)
	c.LockedOut = p.LockedOut.user()
	c.SignIns = make(map[types.AuthFlowType][]challengetest.User)
	for flow, users := range p.SignIns {
		for _, u := range users {
			c.SignIns[flow] = append(c.SignIns[flow], u.user())
		}
	}
	if len(p.Answer) > 0 {
		c.Answer = p.answer
	}
	region, _, _ := strings.Cut(c.UserPoolID, "_")
	options := cip.Options{Region: region}
	if id := os.Getenv("AWS_ACCESS_KEY_ID"); id != "" {
		options.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{
				AccessKeyID: id, SecretAccessKey: os.Getenv("AWS_SECRET_ACCESS_KEY"), SessionToken: os.Getenv("AWS_SESSION_TOKEN"),
			}, nil
		})
	}
	if p.Endpoint != "" {
		options.BaseEndpoint = aws.String(p.Endpoint)
	}
	return challengetest.CheckConformance(ctx, cip.New(options), c)
}

func (p livePool) answer(ctx context.Context, username string, name types.ChallengeNameType, params map[string]string) (challenge.Secret, error) {
	text, err := json.Marshal(params)
	if err != nil {
		return challenge.Secret{}, err
	}
	command := exec.CommandContext(ctx, p.Answer[0], append(p.Answer[1:len(p.Answer):len(p.Answer)], username, string(name), string(text))...)
	answer, err := command.Output()
	return challenge.NewSecret(strings.TrimSpace(string(answer))), err
}

// asAnswer makes the test binary a command that gives its value as the answer.
const asAnswer = "CHALLENGETEST_ANSWER"

func TestMain(m *testing.M) {
	if answer := os.Getenv(asAnswer); answer != "" {
		want := []string{"first", "u", "CUSTOM_CHALLENGE", `{"USERNAME":"u","question":"6 x 7?"}`}
		if !slices.Equal(os.Args[1:], want) {
			fmt.Fprintf(os.Stderr, "got the arguments %q, expected %q\n", os.Args[1:], want)
			os.Exit(1)
		}
		fmt.Println(answer)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// TestLiveFile does the same with a pool that runs here.
func TestLiveFile(t *testing.T) {
	t.Setenv(asAnswer, "42")
	t.Setenv("AWS_ACCESS_KEY_ID", "id")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "key")
	signIns := map[types.AuthFlowType][]challengetest.User{
		byCustom: {{Username: "u"}}, byPassword: {someone("app", token), fresh("bob")}, byAdmin: {someone("frank")}, byChoice: {someone("erin")},
	}
	p, _ := described(t, challengetest.Config{}, "s3cr3t", "ENABLED", signIns)
	server := httptest.NewServer(p.Handler())
	defer server.Close()
	file := filepath.Join(t.TempDir(), "pool.json")
	check := func(password string) error {
		t.Helper()
		text := fmt.Sprintf(`{
			"Endpoint": %q, "UserPoolID": %q, "ClientID": "client", "ClientSecret": "s3cr3t", "HidesUsers": true,
			"Username": "alice", "Password": %q, "NewPassword": "An0ther passw0rd!",
			"Alias": "al", "LockedOut": {"Username": "locked", "Password": %[3]q},
			"FirstFactors": ["PASSWORD", "WEB_AUTHN"], "Origin": "https://localhost",
			"SignIns": {
				"ADMIN_USER_PASSWORD_AUTH": [{"Username": "frank", "Password": %[3]q}],
				"USER_AUTH": [{"Username": "erin", "Password": %[3]q}],
				"CUSTOM_AUTH": [{"Username": "u"}],
				"USER_PASSWORD_AUTH": [
					{"Username": "app", "Password": %[3]q, "MFA": ["SOFTWARE_TOKEN_MFA"], "TOTPSecret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"},
					{"Username": "bob", "Password": %[3]q, "Temporary": true, "RequiredAttributes": ["name"]}
				]
			},
			"Answer": [%[4]q, "first"]
		}`, server.URL, p.UserPoolID(), password, os.Args[0])
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return checkLive(t.Context(), file)
	}
	if err := check(right); err != nil {
		t.Error(err)
	}
	err := check(wrong)
	if err == nil || !strings.Contains(err.Error(), "USER_SRP_AUTH of alice: PASSWORD_VERIFIER") {
		t.Errorf("got %v", err)
	}
	if err := os.WriteFile(file, []byte(`{"Pasword": ""}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := checkLive(t.Context(), file); err == nil || errors.Unwrap(err) != nil {
		t.Errorf("got %v for an unknown field", err)
	}
}
