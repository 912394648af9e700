package foreign

import (
	"cmp"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

const totpSecret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" // of RFC 6238, appendix B

var alice = challengetest.User{
	Username: "alice",
	Password: challenge.NewSecret("Passw0rd!"),
	Attributes: map[string]string{
		"email": "alice@example.com", "email_verified": "true", "phone_number": "+15550100",
	},
}

// with returns alice, changed.
func with(change func(*challengetest.User)) []challengetest.User {
	user := alice
	change(&user)
	return []challengetest.User{user}
}

func withMFA(factors ...types.ChallengeNameType) []challengetest.User {
	return with(func(u *challengetest.User) { u.MFA, u.TOTPSecret = factors, challenge.NewSecret(totpSecret) })
}

// riddle are triggers that ask until the answer is right.
var riddle = challengetest.Triggers{
	DefineAuthChallenge: func(r challengetest.DefineAuthChallengeRequest) (next challengetest.DefineAuthChallengeResponse, _ error) {
		next.ChallengeName = types.ChallengeNameTypeCustomChallenge
		if n := len(r.Session); n > 0 {
			switch last := r.Session[n-1]; {
			case last.ChallengeName == "SRP_A":
				next.ChallengeName = types.ChallengeNameTypePasswordVerifier
			case last.ChallengeName == types.ChallengeNameTypeCustomChallenge && last.ChallengeResult:
				next.IssueTokens = true
			}
		}
		return next, nil
	},
	CreateAuthChallenge: func(r challengetest.CreateAuthChallengeRequest) (challengetest.CreateAuthChallengeResponse, error) {
		asked := 1
		for _, answered := range r.Session {
			if answered.ChallengeName == types.ChallengeNameTypeCustomChallenge {
				asked++
			}
		}
		return challengetest.CreateAuthChallengeResponse{
			PublicChallengeParameters: map[string]string{"question": fmt.Sprint("riddle ", asked)},
		}, nil
	},
	VerifyAuthChallengeResponse: func(r challengetest.VerifyAuthChallengeResponseRequest) (challengetest.VerifyAuthChallengeResponseResponse, error) {
		return challengetest.VerifyAuthChallengeResponseResponse{AnswerCorrect: r.ChallengeAnswer.Reveal() == "right"}, nil
	},
}

// none is the password of a sign-in that begins without one.
const none = "-"

var clientTests = []struct {
	name       string
	only       string // the one client that can do it
	config     challengetest.Config
	flow       string // USER_SRP_AUTH unless it is set
	preferred  string
	username   string // alice unless it is set
	password   string // hers unless it is set
	turns      []turn
	refresh    bool // the tokens in the end
	wantErr    string
	wantUser   string         // alice unless it is set
	wantClaims map[string]any // of the ID token, among others
}{
	{name: "password"},
	{
		name:     "wrong password",
		password: "Passw0rd?",
		wantErr:  "NotAuthorizedException: Incorrect username or password.",
	},
	{
		name:     "unknown user",
		username: "bob",
		wantErr:  "UserNotFoundException: User does not exist.",
	},
	{
		name: "password sent",
		flow: "USER_PASSWORD_AUTH",
	},
	{
		name:     "alias",
		config:   challengetest.Config{AliasAttributes: []types.AliasAttributeType{types.AliasAttributeTypeEmail}},
		username: "alice@example.com",
	},
	{
		name: "user name is the sub",
		config: challengetest.Config{
			UsernameAttributes: []types.UsernameAttributeType{types.UsernameAttributeTypeEmail},
			Users: with(func(u *challengetest.User) {
				u.Username, u.Sub = "alice@example.com", "11111111-2222-3333-4444-555555555555"
			}),
		},
		username: "alice@example.com",
		wantUser: "11111111-2222-3333-4444-555555555555",
	},
	{
		name: "unknown user, hidden",
		config: challengetest.Config{Clients: []challengetest.AppClient{{
			ID:                         challengetest.DefaultClientID,
			PreventUserExistenceErrors: types.PreventUserExistenceErrorTypesEnabled,
		}}},
		username: "bob",
		wantErr:  "NotAuthorizedException: Incorrect username or password.",
	},
	{
		name:   "SMS_MFA",
		config: challengetest.Config{Users: withMFA(types.ChallengeNameTypeSmsMfa)},
		turns:  []turn{{"code by SMS to +*******0100", newest}},
	},
	{
		name:   "SMS_MFA, wrong code",
		config: challengetest.Config{Users: withMFA(types.ChallengeNameTypeSmsMfa)},
		turns: []turn{
			{"code by SMS to +*******0100", notNewest},
			{"CodeMismatchException", notNewest},
			{"CodeMismatchException", newest},
		},
	},
	{
		name: "NEW_PASSWORD_REQUIRED",
		config: challengetest.Config{Users: with(func(u *challengetest.User) {
			u.Temporary, u.RequiredAttributes = true, []string{"name"}
		})},
		turns: []turn{{
			"new password, name",
			say(password{"Pa$$w0rd, new", map[string]string{"name": "Alice"}}),
		}},
		wantClaims: map[string]any{"name": "Alice", "email_verified": true},
	},
	{
		name: "NEW_PASSWORD_REQUIRED, then SMS_MFA",
		config: challengetest.Config{Users: with(func(u *challengetest.User) {
			u.Temporary, u.MFA = true, []types.ChallengeNameType{types.ChallengeNameTypeSmsMfa}
		})},
		turns: []turn{
			{"new password", say(password{Password: "Pa$$w0rd, new"})},
			{"code by SMS to +*******0100", newest},
		},
	},
	{
		name: "NEW_PASSWORD_REQUIRED, then MFA_SETUP",
		config: challengetest.Config{
			Users:         with(func(u *challengetest.User) { u.Temporary = true }),
			MFA:           types.UserPoolMfaTypeOn,
			SecondFactors: []types.ChallengeNameType{types.ChallengeNameTypeSoftwareTokenMfa},
		},
		turns: []turn{
			{"new password", say(password{Password: "Pa$$w0rd, new"})},
			{"code of a new authenticator", newAuthenticator},
		},
	},
	{
		name:   "SOFTWARE_TOKEN_MFA",
		config: challengetest.Config{Users: withMFA(types.ChallengeNameTypeSoftwareTokenMfa)},
		turns: []turn{
			{"code of the authenticator", say("000000")},
			{"CodeMismatchException", say(authenticator{totpSecret})},
		},
	},
	{
		name:   "SELECT_MFA_TYPE, SMS_MFA",
		config: challengetest.Config{Users: withMFA(types.ChallengeNameTypeSmsMfa, types.ChallengeNameTypeSoftwareTokenMfa)},
		turns: []turn{
			{"one of SMS_MFA, SOFTWARE_TOKEN_MFA", say("SMS_MFA")},
			{"code by SMS to +*******0100", newest},
		},
	},
	{
		name:   "SELECT_MFA_TYPE, SOFTWARE_TOKEN_MFA",
		config: challengetest.Config{Users: withMFA(types.ChallengeNameTypeSmsMfa, types.ChallengeNameTypeSoftwareTokenMfa)},
		turns: []turn{
			{"one of SMS_MFA, SOFTWARE_TOKEN_MFA", say("SOFTWARE_TOKEN_MFA")},
			{"code of the authenticator", say(authenticator{totpSecret})},
		},
	},
	{
		name:   "SELECT_MFA_TYPE, EMAIL_OTP",
		only:   "amplify.mjs",
		config: challengetest.Config{Users: withMFA(types.ChallengeNameTypeEmailOtp, types.ChallengeNameTypeSoftwareTokenMfa)},
		turns: []turn{
			{"one of EMAIL_OTP, SOFTWARE_TOKEN_MFA", say("EMAIL_OTP")},
			{"code by EMAIL to a***@e***", newest},
		},
	},
	{
		name:   "EMAIL_OTP",
		only:   "amplify.mjs",
		config: challengetest.Config{Users: withMFA(types.ChallengeNameTypeEmailOtp)},
		turns: []turn{
			{"code by EMAIL to a***@e***", notNewest},
			{"CodeMismatchException", newest},
		},
	},
	{
		name: "MFA_SETUP",
		config: challengetest.Config{
			MFA:           types.UserPoolMfaTypeOn,
			SecondFactors: []types.ChallengeNameType{types.ChallengeNameTypeSoftwareTokenMfa},
		},
		turns: []turn{
			{"code of a new authenticator", say("000000")},
			{"EnableSoftwareTokenMFAException", newAuthenticator},
		},
	},
	{
		name:   "MFA_SETUP by TOTP",
		only:   "amplify.mjs",
		config: challengetest.Config{MFA: types.UserPoolMfaTypeOn},
		turns: []turn{
			{"one of EMAIL_OTP, SOFTWARE_TOKEN_MFA", say("SOFTWARE_TOKEN_MFA")},
			{"code of a new authenticator", newAuthenticator},
		},
	},
	{
		name:   "MFA_SETUP by e-mail",
		only:   "amplify.mjs",
		config: challengetest.Config{MFA: types.UserPoolMfaTypeOn},
		turns: []turn{
			{"one of EMAIL_OTP, SOFTWARE_TOKEN_MFA", say("EMAIL_OTP")},
			{"address", say("new@example.org")},
			{"code by EMAIL to n***@e***", notNewest},
			{"CodeMismatchException", newest},
		},
		wantClaims: map[string]any{"email": "new@example.org", "email_verified": true},
	},
	{
		name:    "refresh",
		refresh: true,
	},
	{
		name: "refresh with rotation",
		only: "amplify.mjs",
		config: challengetest.Config{Clients: []challengetest.AppClient{{
			ID:                   challengetest.DefaultClientID,
			RefreshTokenRotation: &types.RefreshTokenRotationType{Feature: types.FeatureTypeEnabled},
		}}},
		refresh: true,
	},
	{
		name:     "CUSTOM_AUTH",
		config:   challengetest.Config{Triggers: riddle},
		flow:     "CUSTOM_WITHOUT_SRP",
		password: none,
		turns: []turn{
			{"custom challenge: riddle 1", say("wrong")},
			{"custom challenge: riddle 2", say("right")},
		},
	},
	{
		name:   "CUSTOM_AUTH with SRP",
		config: challengetest.Config{Triggers: riddle},
		flow:   "CUSTOM_WITH_SRP",
		turns: []turn{
			{"custom challenge: riddle 1", say("wrong")},
			{"custom challenge: riddle 2", say("right")},
		},
	},
	{
		name:     "CUSTOM_AUTH with SRP, wrong password",
		config:   challengetest.Config{Triggers: riddle},
		flow:     "CUSTOM_WITH_SRP",
		password: "Passw0rd?",
		wantErr:  "NotAuthorizedException: Incorrect username or password.",
	},
	{
		name:      "USER_AUTH by PASSWORD_SRP",
		only:      "amplify.mjs",
		config:    challengetest.Config{AliasAttributes: []types.AliasAttributeType{types.AliasAttributeTypeEmail}},
		flow:      "USER_AUTH",
		preferred: "PASSWORD_SRP",
		username:  "alice@example.com",
	},
	{
		name:      "USER_AUTH by PASSWORD_SRP, wrong password",
		only:      "amplify.mjs",
		flow:      "USER_AUTH",
		preferred: "PASSWORD_SRP",
		password:  "Passw0rd?",
		wantErr:   "NotAuthorizedException: Incorrect username or password.",
	},
	{
		name:      "USER_AUTH by PASSWORD_SRP, then SMS_MFA",
		only:      "amplify.mjs",
		config:    challengetest.Config{Users: withMFA(types.ChallengeNameTypeSmsMfa)},
		flow:      "USER_AUTH",
		preferred: "PASSWORD_SRP",
		turns:     []turn{{"code by SMS to +*******0100", newest}},
	},
	{
		name:      "USER_AUTH by PASSWORD",
		only:      "amplify.mjs",
		flow:      "USER_AUTH",
		preferred: "PASSWORD",
	},
	{
		name:      "USER_AUTH by EMAIL_OTP",
		only:      "amplify.mjs",
		config:    challengetest.Config{AliasAttributes: []types.AliasAttributeType{types.AliasAttributeTypeEmail}},
		username:  "alice@example.com",
		flow:      "USER_AUTH",
		preferred: "EMAIL_OTP",
		password:  none,
		turns: []turn{
			{"code by EMAIL to a***@e***", notNewest},
			{"CodeMismatchException", newest},
		},
	},
	{
		name:      "USER_AUTH by SMS_OTP",
		only:      "amplify.mjs",
		flow:      "USER_AUTH",
		preferred: "SMS_OTP",
		password:  none,
		turns:     []turn{{"code by SMS to +*******0100", newest}},
	},
	{
		name:     "USER_AUTH, SELECT_CHALLENGE, EMAIL_OTP",
		only:     "amplify.mjs",
		flow:     "USER_AUTH",
		password: none,
		turns: []turn{
			{"one of EMAIL_OTP, PASSWORD, PASSWORD_SRP, SMS_OTP", say("EMAIL_OTP")},
			{"code by EMAIL to a***@e***", newest},
		},
	},
	{
		name:     "USER_AUTH, SELECT_CHALLENGE, PASSWORD_SRP",
		only:     "amplify.mjs",
		flow:     "USER_AUTH",
		password: none,
		turns: []turn{
			{"one of EMAIL_OTP, PASSWORD, PASSWORD_SRP, SMS_OTP", say("PASSWORD_SRP")},
			{"password", say("Passw0rd!")},
		},
	},
	{
		name:     "USER_AUTH, SELECT_CHALLENGE, PASSWORD",
		only:     "amplify.mjs",
		flow:     "USER_AUTH",
		password: none,
		turns: []turn{
			{"one of EMAIL_OTP, PASSWORD, PASSWORD_SRP, SMS_OTP", say("PASSWORD")},
			{"password", say("Passw0rd!")},
		},
	},
}

func TestClients(t *testing.T) {
	for _, script := range clients {
		t.Run(script, func(t *testing.T) {
			t.Parallel()
			client := startNode(t, ".", nil, script)
			for _, tt := range clientTests {
				if tt.only != "" && tt.only != script {
					continue
				}
				t.Run(tt.name, func(t *testing.T) {
					pool, s := serve(t, tt.config)
					s.Flow, s.Preferred = cmp.Or(tt.flow, s.Flow), tt.preferred
					s.Username = cmp.Or(tt.username, s.Username)
					s.Password = strings.TrimPrefix(cmp.Or(tt.password, s.Password), none)
					s.Refresh = tt.refresh
					got := client.run(t, pool, s, tt.turns)
					if got.Error != tt.wantErr {
						t.Fatalf("got error %q, want %q", got.Error, tt.wantErr)
					}
					if tt.wantErr != "" {
						return
					}
					checkUser(t, got, cmp.Or(tt.wantUser, "alice"))
					if got.Refreshed != tt.refresh {
						t.Errorf("refreshed: %t, want %t", got.Refreshed, tt.refresh)
					}
					for name, want := range tt.wantClaims {
						if got.ID[name] != want {
							t.Errorf("got the claim %s: %v, want %v", name, got.ID[name], want)
						}
					}
				})
			}
		})
	}
}

// TIMESTAMP is what differs most among the clients that are wrong.
func TestTimes(t *testing.T) {
	for _, script := range clients {
		t.Run(script, func(t *testing.T) {
			t.Parallel()
			client := startNode(t, ".", []string{"TZ=Asia/Kathmandu"}, script)
			for _, now := range []time.Time{
				time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC),
				time.Date(2028, 2, 29, 12, 30, 5, 0, time.UTC),
				time.Date(2026, 9, 6, 13, 4, 59, 0, time.UTC),
				time.Date(2026, 12, 31, 23, 59, 59, 0, time.UTC),
			} {
				t.Run(now.Format(time.RFC3339), func(t *testing.T) {
					pool, s := serve(t, challengetest.Config{
						Now: func() time.Time { return now },
					})
					s.Now = now
					got := client.run(t, pool, s, nil)
					if got.Error != "" {
						t.Fatal(got.Error)
					}
					checkUser(t, got, "alice")
					if got, want := got.ID["auth_time"], float64(now.Unix()); got != want {
						t.Errorf("got auth_time %v, want %v", got, want)
					}
				})
			}
		})
	}
}
