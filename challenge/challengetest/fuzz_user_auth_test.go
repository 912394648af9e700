package challengetest_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

// FuzzUserAuth is FuzzHandler for USER_AUTH and passkeys, in a pool in which
// second factors leave room for them. $SELECT, $EMAIL and $PASSKEY become live
// sessions of alice's, $CREDENTIAL her passkey's answer to the last one as a
// JSON string, and $TOKEN her access token.
func FuzzUserAuth(f *testing.F) {
	for _, seed := range []struct{ operation, body string }{
		{"InitiateAuth", `{"ClientId":"client","AuthFlow":"USER_AUTH","AuthParameters":{"USERNAME":"alice"}}`},
		{"InitiateAuth", `{"ClientId":"client","AuthFlow":"USER_AUTH","AuthParameters":{"USERNAME":"alice","PREFERRED_CHALLENGE":"PASSWORD","PASSWORD":"x"}}`},
		{"AdminInitiateAuth", `{"UserPoolId":"eu-west-1_Test00001","ClientId":"client","AuthFlow":"USER_AUTH","Session":"$SELECT","AuthParameters":{"USERNAME":"alice","PREFERRED_CHALLENGE":"PASSWORD_SRP","SRP_A":"2"}}`},
		{"RespondToAuthChallenge", `{"ClientId":"client","ChallengeName":"SELECT_CHALLENGE","Session":"$SELECT","ChallengeResponses":{"USERNAME":"alice","ANSWER":"SMS_OTP"}}`},
		{"RespondToAuthChallenge", `{"ClientId":"client","ChallengeName":"SELECT_CHALLENGE","Session":"$SELECT","ChallengeResponses":{"USERNAME":"alice","ANSWER":"PASSWORD_SRP","SRP_A":"2"}}`},
		{"RespondToAuthChallenge", `{"ClientId":"client","ChallengeName":"EMAIL_OTP","Session":"$EMAIL","ChallengeResponses":{"USERNAME":"alice","EMAIL_OTP_CODE":"12345678"}}`},
		{"RespondToAuthChallenge", `{"ClientId":"client","ChallengeName":"WEB_AUTHN","Session":"$PASSKEY","ChallengeResponses":{"USERNAME":"alice","CREDENTIAL":$CREDENTIAL}}`},
		{"StartWebAuthnRegistration", `{"AccessToken":"$TOKEN"}`},
		{"CompleteWebAuthnRegistration", `{"AccessToken":"$TOKEN","Credential":{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","attestationObject":"oA"}}}`},
		{"ListWebAuthnCredentials", `{"AccessToken":"$TOKEN","MaxResults":1}`},
		{"DeleteWebAuthnCredential", `{"AccessToken":"$TOKEN","CredentialId":"AA"}`},
	} {
		f.Add(seed.operation, seed.body)
	}
	key := newPasskey(f, challengetest.ES256)
	f.Fuzz(func(t *testing.T, operation, body string) {
		p := newPool(t, challengetest.Config{Users: alice(withBoth)})
		if err := p.RegisterPasskey("alice", key); err != nil {
			t.Fatal(err)
		}
		for name, fill := range map[string]func() string{
			"$SELECT": func() string { return choice(t, p, "alice", nil).session() },
			"$EMAIL":  func() string { return choice(t, p, "alice", prefer("EMAIL_OTP")).session() },
			"$TOKEN":  func() string { return signIn(t, p, "alice", right).tokens()["AccessToken"].(string) },
		} {
			if strings.Contains(body, name) {
				body = strings.ReplaceAll(body, name, fill())
			}
		}
		if strings.Contains(body, "$PASSKEY") {
			asked := choice(t, p, "alice", prefer("WEB_AUTHN"))
			credential, err := key.Sign(asked.param("CREDENTIAL_REQUEST_OPTIONS"), "https://localhost")
			if err != nil {
				t.Fatal(err)
			}
			text, err := json.Marshal(credential.Reveal())
			if err != nil {
				t.Fatal(err)
			}
			body = strings.NewReplacer("$PASSKEY", asked.session(), "$CREDENTIAL", string(text)).Replace(body)
		}

		mustAnswer(t, p, operation, body)
	})
}
