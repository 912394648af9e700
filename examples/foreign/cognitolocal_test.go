package foreign

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

const localPool = "local_12345678"

// cognitoLocalFiles are the database of cognito-local. It has no call that
// gives a user SMS_MFA.
func cognitoLocalFiles() map[string]any {
	type object = map[string]any
	user := func(name, status string, factors ...string) object {
		var options []object
		if len(factors) > 0 {
			options = []object{{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}}
		}
		return object{
			"Username":   name,
			"Password":   "Passw0rd!",
			"UserStatus": status,
			"Attributes": []object{
				{"Name": "sub", "Value": "sub of " + name},
				{"Name": "phone_number", "Value": "+15550100"},
			},
			"UserMFASettingList":            factors,
			"MFAOptions":                    options,
			"SoftwareTokenMfaConfiguration": object{"Secret": totpSecret, "Verified": true, "FriendlyDeviceName": "phone"},
			"RefreshTokens":                 []string{},
		}
	}
	return map[string]any{
		"clients": object{
			"Clients": object{
				challengetest.DefaultClientID: object{"ClientId": challengetest.DefaultClientID, "UserPoolId": localPool},
			},
		},
		localPool: object{
			"Options": object{"Id": localPool, "MfaConfiguration": "OPTIONAL"},
			"Users": object{
				"one":  user("one", "CONFIRMED"),
				"new":  user("new", "FORCE_CHANGE_PASSWORD", "SMS_MFA"),
				"both": user("both", "CONFIRMED", "SMS_MFA", "SOFTWARE_TOKEN_MFA"),
			},
		},
	}
}

// startCognitoLocal starts cognito-local, whose messages go to its standard
// output.
func startCognitoLocal(t *testing.T) (server *node, endpoint string) {
	t.Helper()
	dir := t.TempDir()
	db := filepath.Join(dir, ".cognito", "db")
	if err := os.MkdirAll(db, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, content := range cognitoLocalFiles() {
		text, err := json.Marshal(content)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(db, name+".json"), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	server = startNode(t, dir, []string{"HOST=127.0.0.1", "PORT=0"}, "node_modules/cognito-local/lib/bin/start.js")
	return server, server.find(t, `running on (http://[\d.:]+)`)
}

// find reads lines until one matches, and returns what the group in it matches.
func (n *node) find(t *testing.T, pattern string) string {
	t.Helper()
	expr := regexp.MustCompile(pattern)
	for {
		if match := expr.FindStringSubmatch(n.line(t)); match != nil {
			return match[1]
		}
	}
}

// A localUser signs in at cognito-local. The first code in a message that it
// answers with is wrong.
type localUser struct {
	server *node
	choice types.ChallengeNameType // in SELECT_MFA_TYPE
	asked  []string
	code   string // the newest
}

func (u *localUser) answer(t *testing.T, c challenge.Challenge, attempt challenge.Attempt) error {
	question := string(c.Name())
	if errors.Is(attempt.Err, challenge.BadCode) {
		question += " again"
	}
	u.asked = append(u.asked, question)

	switch c := c.(type) {
	case *challenge.NewPasswordRequired:
		c.NewPassword = challenge.NewSecret("Pa$$w0rd, new")
	case *challenge.SelectMFAType:
		c.Answer = u.choice
	case *challenge.SMSMFA:
		if attempt.Number == 1 {
			u.code = u.server.find(t, `Code: +(\d{6}) `)
			c.Code = challenge.NewSecret(otherThan(u.code))
		} else {
			c.Code = challenge.NewSecret(u.code)
		}
	case *challenge.SoftwareTokenMFA:
		code, err := challengetest.TOTP(challenge.NewSecret(totpSecret), time.Now())
		if err != nil {
			return err
		}
		c.Code = code
	default:
		return fmt.Errorf("no answer to %T", c)
	}
	return nil
}

func TestCognitoLocal(t *testing.T) {
	t.Parallel()
	server, endpoint := startCognitoLocal(t)
	client := newClient(t, newSDK(endpoint), localPool, nil)

	tests := []struct {
		name, password string
		choice         types.ChallengeNameType
		want           []string
	}{
		{name: "one", password: "Passw0rd!"},
		{name: "new", password: "Passw0rd!", want: []string{"NEW_PASSWORD_REQUIRED"}},
		{name: "new", password: "Pa$$w0rd, new", want: []string{"SMS_MFA", "SMS_MFA again"}},
		{
			name: "both", password: "Passw0rd!", choice: types.ChallengeNameTypeSmsMfa,
			want: []string{"SELECT_MFA_TYPE", "SMS_MFA", "SMS_MFA again"},
		},
		{
			name: "both", password: "Passw0rd!", choice: types.ChallengeNameTypeSoftwareTokenMfa,
			want: []string{"SELECT_MFA_TYPE", "SOFTWARE_TOKEN_MFA"},
		},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.name, tt.want), func(t *testing.T) {
			user := localUser{server: server, choice: tt.choice}
			tokens, err := client.SignIn(t.Context(),
				challenge.UserPassword{Username: tt.name, Password: challenge.NewSecret(tt.password)},
				func(_ context.Context, c challenge.Challenge, attempt challenge.Attempt) error {
					return user.answer(t, c, attempt)
				})
			if err != nil {
				t.Fatal(err)
			}
			if tokens.Username != tt.name || !slices.Equal(user.asked, tt.want) {
				t.Errorf("%s signed in after %v, want %s after %v", tokens.Username, user.asked, tt.name, tt.want)
			}
		})
	}

	t.Run("refresh", func(t *testing.T) {
		step, err := client.Start(t.Context(), challenge.UserPassword{Username: "one", Password: challenge.NewSecret("Passw0rd!")})
		tokens, ok := step.(*challenge.Tokens)
		if !ok {
			t.Fatalf("got %T and %v, want tokens", step, err)
		}
		step, err = client.Start(t.Context(), challenge.Refresh{RefreshToken: tokens.RefreshToken})
		refreshed, ok := step.(*challenge.Tokens)
		if !ok {
			t.Fatalf("got %T and %v, want tokens", step, err)
		}
		if refreshed.Username != "one" || refreshed.RefreshToken.Reveal() != tokens.RefreshToken.Reveal() {
			t.Errorf("got tokens of %q, want them of one and with the same refresh token", refreshed.Username)
		}
	})

	t.Run("wrong password", func(t *testing.T) {
		step, err := client.Start(t.Context(), challenge.UserPassword{Username: "one", Password: challenge.NewSecret("wrong")})
		var refused *challenge.Error
		if !errors.As(err, &refused) {
			t.Errorf("got %T and %v, want a refusal", step, err)
		}
	})
}
