package challengetest_test

import (
	"encoding/json"
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

// FuzzHandler sends requests of any kind. Each must get an answer that is a
// JSON object, and an error must say its type.
//
// $SESSION, $BLOCK and $TOKEN in a body become a live session of the user
// whose name follows, a live SECRET_BLOCK and an access token; $CUSTOM, $REFRESH
// and $DEVICE a session of CUSTOM_AUTH, a refresh token and a device. So the
// fuzzer gets behind the front door.
func FuzzHandler(f *testing.F) {
	for _, seed := range []struct{ operation, body string }{
		{"InitiateAuth", `{"ClientId":"client","AuthFlow":"USER_PASSWORD_AUTH","AuthParameters":{"USERNAME":"alice","PASSWORD":"Passw0rd!"}}`},
		{"InitiateAuth", `{"ClientId":"client","AuthFlow":"USER_SRP_AUTH","AuthParameters":{"USERNAME":"alice","SRP_A":"abcdef"}}`},
		{"InitiateAuth", `{"ClientId":"client","AuthFlow":"REFRESH_TOKEN","AuthParameters":{"REFRESH_TOKEN":"x"}}`},
		{"AdminInitiateAuth", `{"UserPoolId":"eu-west-1_Test00001","ClientId":"client","AuthFlow":"ADMIN_NO_SRP_AUTH","AuthParameters":{"USERNAME":"new","PASSWORD":"x"}}`},
		{"RespondToAuthChallenge", `{"ClientId":"client","ChallengeName":"PASSWORD_VERIFIER","ChallengeResponses":{"USERNAME":"alice","PASSWORD_CLAIM_SECRET_BLOCK":"$BLOCK","PASSWORD_CLAIM_SIGNATURE":"eA==","TIMESTAMP":"Thu Mar 4 05:06:07 UTC 2027"}}`},
		{"RespondToAuthChallenge", `{"ClientId":"client","ChallengeName":"NEW_PASSWORD_REQUIRED","Session":"$SESSION_new","ChallengeResponses":{"USERNAME":"new","NEW_PASSWORD":"Passw0rd!","userAttributes.name":"N"}}`},
		{"AdminRespondToAuthChallenge", `{"UserPoolId":"eu-west-1_Test00001","ClientId":"client","ChallengeName":"SMS_MFA","Session":"$SESSION_sms","ChallengeResponses":{"USERNAME":"sms","SMS_MFA_CODE":"123456"}}`},
		{"RespondToAuthChallenge", `{"ClientId":"client","ChallengeName":"SOFTWARE_TOKEN_MFA","Session":"$SESSION_totp","ChallengeResponses":{"USERNAME":"totp","SOFTWARE_TOKEN_MFA_CODE":"123456"}}`},
		{"RespondToAuthChallenge", `{"ClientId":"client","ChallengeName":"SELECT_MFA_TYPE","Session":"$SESSION_two","ChallengeResponses":{"USERNAME":"two","ANSWER":"EMAIL_OTP"}}`},
		{"RespondToAuthChallenge", `{"ClientId":"client","ChallengeName":"MFA_SETUP","Session":"$SESSION_setup","ChallengeResponses":{"USERNAME":"setup","EMAIL":"a@b"}}`},
		{"AssociateSoftwareToken", `{"Session":"$SESSION_setup"}`},
		{"AssociateSoftwareToken", `{"AccessToken":"$TOKEN"}`},
		{"VerifySoftwareToken", `{"AccessToken":"$TOKEN","UserCode":"123456","FriendlyDeviceName":"x"}`},
		{"SetUserMFAPreference", `{"AccessToken":"$TOKEN","SMSMfaSettings":{"Enabled":true,"PreferredMfa":true},"EmailMfaSettings":null}`},
		{"GetUser", `{"AccessToken":"$TOKEN"}`},
		{"GetUser", `{"AccessToken":"e30.e30.e30"}`},
		{"InitiateAuth", `{"ClientId":"client","AuthFlow":"CUSTOM_AUTH","AuthParameters":{"USERNAME":"alice","CHALLENGE_NAME":"SRP_A","SRP_A":"abcdef"},"ClientMetadata":{"x":"y"}}`},
		{"RespondToAuthChallenge", `{"ClientId":"client","ChallengeName":"CUSTOM_CHALLENGE","Session":"$CUSTOM","ChallengeResponses":{"USERNAME":"alice","ANSWER":"41","DEVICE_KEY":""}}`},
		{"InitiateAuth", `{"ClientId":"client","AuthFlow":"USER_PASSWORD_AUTH","AuthParameters":{"USERNAME":"sms","PASSWORD":"Passw0rd!","DEVICE_KEY":"$DEVICE"}}`},
		{"RespondToAuthChallenge", `{"ClientId":"client","ChallengeName":"DEVICE_SRP_AUTH","ChallengeResponses":{"USERNAME":"sms","DEVICE_KEY":"$DEVICE","SRP_A":"2"}}`},
		{"RespondToAuthChallenge", `{"ClientId":"client","ChallengeName":"DEVICE_PASSWORD_VERIFIER","ChallengeResponses":{"USERNAME":"sms","DEVICE_KEY":"$DEVICE","TIMESTAMP":"x"}}`},
		{"ConfirmDevice", `{"AccessToken":"$TOKEN","DeviceKey":"$DEVICE","DeviceName":"x","DeviceSecretVerifierConfig":{"Salt":"AA==","PasswordVerifier":"Ag=="}}`},
		{"UpdateDeviceStatus", `{"AccessToken":"$TOKEN","DeviceKey":"$DEVICE","DeviceRememberedStatus":"remembered"}`},
		{"AdminListDevices", `{"UserPoolId":"eu-west-1_Test00001","Username":"sms"}`},
		{"GetTokensFromRefreshToken", `{"ClientId":"client","RefreshToken":"$REFRESH","ClientSecret":"x","DeviceKey":"$DEVICE"}`},
		{"RevokeToken", `{"ClientId":"client","Token":"$REFRESH"}`},
		{"GlobalSignOut", `{"AccessToken":"$TOKEN"}`},
		{"AdminDeleteUser", `{"UserPoolId":"eu-west-1_Test00001","Username":"alice"}`},
		{"", `{}`},
		{"InitiateAuth", `{"ClientId":{},"AuthParameters":[[[`},
	} {
		f.Add(seed.operation, seed.body)
	}
	user := func(name string, mfa ...types.ChallengeNameType) challengetest.User {
		return challengetest.User{
			Username: name, Password: challenge.NewSecret(right), MFA: mfa,
			Attributes: texts{"email": "a@example.com", "phone_number": "+15550100"},
		}
	}
	f.Fuzz(func(t *testing.T, operation, body string) {
		if len(body) > 10_000 {
			t.Skip() // signs in once per $SESSION
		}
		fresh := user("new")
		fresh.Temporary, fresh.RequiredAttributes = true, []string{"name"}
		p := newPool(t, challengetest.Config{
			MFA: types.UserPoolMfaTypeOn, Triggers: riddle(), DeviceConfiguration: always,
			Users: []challengetest.User{
				user("alice", sms), fresh, user("sms", sms), user("totp", token), user("two", sms, email), user("setup"),
			},
		})
		for {
			before, after, ok := strings.Cut(body, "$SESSION_")
			if !ok {
				break
			}
			name, _, _ := strings.Cut(after, `"`)
			body = before + signIn(t, p, name, right).session() + strings.TrimPrefix(after, name)
		}
		if strings.Contains(body, "$BLOCK") {
			body = strings.ReplaceAll(body, "$BLOCK", srpStart(t, p, "alice").param("SECRET_BLOCK"))
		}
		if strings.Contains(body, "$CUSTOM") {
			body = strings.ReplaceAll(body, "$CUSTOM", customStart(t, p, texts{"USERNAME": "alice"}).session())
		}
		if strings.Contains(body, "$TOKEN") || strings.Contains(body, "$REFRESH") || strings.Contains(body, "$DEVICE") {
			asked := signIn(t, p, "sms", right)
			result := asked.answer(p, texts{"USERNAME": "sms", "SMS_MFA_CODE": last(t, p).Code.Reveal()}).tokens()
			device := named(t, result)
			if operation != "ConfirmDevice" {
				device.confirm(t, p).ok("UserConfirmationNecessary")
			}
			body = strings.NewReplacer(
				"$TOKEN", result["AccessToken"].(string), "$REFRESH", result["RefreshToken"].(string), "$DEVICE", device.key,
			).Replace(body)
		}

		mustAnswer(t, p, operation, body)
	})
}

// mustAnswer fails the test unless the pool answers with a JSON object, and a
// refusal with its type.
func mustAnswer(t *testing.T, p *challengetest.Pool, operation, body string) {
	t.Helper()
	r := httptest.NewRequest("POST", "/", strings.NewReader(body))
	r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+operation)
	r.Header.Set("Authorization", "x")
	w := httptest.NewRecorder()
	p.Handler().ServeHTTP(w, r)
	text, err := io.ReadAll(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	var reply object
	if err := json.Unmarshal(text, &reply); err != nil || reply == nil {
		t.Fatalf("reply %q: %v", text, err)
	}
	if code, _ := reply["__type"].(string); (w.Code == 200) != (code == "") || w.Code >= 500 {
		t.Fatalf("status %d with %q", w.Code, text)
	}
}
