package challengetest_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

const (
	sms   = types.ChallengeNameTypeSmsMfa
	token = types.ChallengeNameTypeSoftwareTokenMfa
	email = types.ChallengeNameTypeEmailOtp
)

func TestNewPassword(t *testing.T) {
	p := newPool(t, challengetest.Config{Users: alice(func(u *challengetest.User) {
		u.Temporary = true
		u.Attributes = texts{"email": "a@example.com", "email_verified": "true"}
		u.RequiredAttributes = []string{"name", "email", "family_name"}
	})})
	asked := signIn(t, p, "alice", right)
	asked.asks("NEW_PASSWORD_REQUIRED", "USER_ID_FOR_SRP", "requiredAttributes", "userAttributes")
	if got, want := asked.param("requiredAttributes"), `["userAttributes.name","userAttributes.family_name"]`; got != want {
		t.Errorf("requiredAttributes %s, want %s", got, want)
	}
	if got, want := asked.param("userAttributes"), `{"email":"a@example.com","email_verified":"true"}`; got != want {
		t.Errorf("userAttributes %s, want %s", got, want)
	}
	srpSignIn(t, p, "alice", right, time.Now()).asks("NEW_PASSWORD_REQUIRED", "requiredAttributes", "userAttributes")

	// Every refusal leaves the session usable, and nothing changed.
	const policy = "Password does not conform to policy: "
	good := texts{"USERNAME": "alice", "NEW_PASSWORD": "New-passw0rd", "userAttributes.name": "Alice", "userAttributes.family_name": "A."}
	for _, test := range []struct{ key, value, code, text string }{
		{"NEW_PASSWORD", "", invalidParameter, "Missing required parameter NEW_PASSWORD"},
		{"NEW_PASSWORD", "Sh0rt-", "InvalidPasswordException", policy + "Password not long enough"},
		{"NEW_PASSWORD", "new-passw0rd", "InvalidPasswordException", policy + "Password must have uppercase characters"},
		{"NEW_PASSWORD", "NEW-PASSW0RD", "InvalidPasswordException", policy + "Password must have lowercase characters"},
		{"NEW_PASSWORD", "New-password", "InvalidPasswordException", policy + "Password must have numeric characters"},
		{"NEW_PASSWORD", "Newpassw0rd", "InvalidPasswordException", policy + "Password must have symbol characters"},
		{"userAttributes.name", "", invalidParameter, "Invalid attributes given, name is missing"},
		{"userAttributes.family_name", "", invalidParameter, "Invalid attributes given, family_name is missing"},
		{"userAttributes.email", "b@example.com", notAuthorized, "Cannot modify an already provided email"},
		{"userAttributes.email", "a@example.com", notAuthorized, "Cannot modify an already provided email"},
		{"userAttributes.email_verified", "true", invalidParameter, "Cannot modify the non-mutable attribute email_verified"},
		{"userAttributes.phone_number_verified", "true", invalidParameter, "Cannot modify the non-mutable attribute phone_number_verified"},
		{"userAttributes.sub", "x", invalidParameter, "Cannot modify the non-mutable attribute sub"},
	} {
		bad := texts{}
		for key, value := range good {
			bad[key] = value
		}
		bad[test.key] = test.value
		asked.answer(p, bad).fails(test.code, test.text)
	}
	signIn(t, p, "alice", right).asks("NEW_PASSWORD_REQUIRED", "USER_ID_FOR_SRP", "requiredAttributes", "userAttributes")

	result := asked.answer(p, good).tokens()
	id := claims(t, p, result["IdToken"])
	if id["name"] != "Alice" || id["family_name"] != "A." || id["email"] != "a@example.com" || id["email_verified"] != true {
		t.Errorf("claims %v", id)
	}
	asked.answer(p, good).fails(notAuthorized, usedOnce)

	// The new password is the password, and it is not temporary.
	signIn(t, p, "alice", right).fails(notAuthorized, badCredentials)
	signIn(t, p, "alice", "New-passw0rd").tokens()
	srpSignIn(t, p, "alice", right, time.Now()).fails(notAuthorized, badCredentials)
	srpSignIn(t, p, "alice", "New-passw0rd", time.Now()).tokens()
}

func TestAliasesStayUnique(t *testing.T) {
	p := newPool(t, challengetest.Config{
		AliasAttributes: []types.AliasAttributeType{types.AliasAttributeTypePreferredUsername, types.AliasAttributeTypeEmail},
		MFA:             types.UserPoolMfaTypeOn,
		Users: []challengetest.User{
			{Username: "bob", Attributes: texts{"preferred_username": "ally", "email": "bob@example.com", "email_verified": "true"}},
			{Username: "alice", Password: challenge.NewSecret(right), Temporary: true},
		},
	})
	asked := signIn(t, p, "alice", right)
	give := func(name string) reply {
		return asked.answer(p, texts{"USERNAME": "alice", "NEW_PASSWORD": right, "userAttributes.preferred_username": name})
	}
	for _, taken := range []string{"ally", "bob"} {
		give(taken).fails("AliasExistsException", "An account with the preferred_username already exists.")
	}
	asked = give("al")
	asked.asks("MFA_SETUP", "MFAS_CAN_SETUP")
	sent := asked.answer(p, texts{"USERNAME": "al", "EMAIL": "bob@example.com"})
	sent.answer(p, texts{"USERNAME": "al", "EMAIL_OTP_CODE": last(t, p).Code.Reveal()}).
		fails("AliasExistsException", "An account with the email already exists.")
}

func TestNewPasswordWithoutAttributes(t *testing.T) {
	p := newPool(t, challengetest.Config{
		Users:          alice(func(u *challengetest.User) { u.Temporary = true }),
		PasswordPolicy: &types.PasswordPolicyType{MinimumLength: aws.Int32(6)},
	})
	asked := signIn(t, p, "alice", right)
	if asked.param("requiredAttributes") != "[]" || asked.param("userAttributes") != "{}" {
		t.Errorf("got %v", asked.params())
	}
	asked.answer(p, texts{"USERNAME": "alice", "NEW_PASSWORD": "xxxxxx"}).tokens()
}

func TestSoftwareToken(t *testing.T) {
	now := newClock()
	p := newPool(t, challengetest.Config{
		Users: alice(func(u *challengetest.User) { u.MFA = []types.ChallengeNameType{token} }),
		Now:   now.now,
	})
	const (
		reused   = "Your software token has already been used once."
		mismatch = "Invalid code received for user"
	)
	// code is what the authenticator shows some steps from now.
	code := func(steps time.Duration) string {
		t.Helper()
		before := now.t
		defer func() { now.t = before }()
		now.advance(steps * 30 * time.Second)
		code, err := p.TOTPCode("alice")
		if err != nil {
			t.Fatal(err)
		}
		return code.Reveal()
	}
	start := func() reply { return signIn(t, p, "alice", right) }
	with := func(code string) texts { return texts{"USERNAME": "alice", "SOFTWARE_TOKEN_MFA_CODE": code} }

	asked := start()
	asked.asks("SOFTWARE_TOKEN_MFA", "USER_ID_FOR_SRP")
	asked.answer(p, texts{"USERNAME": "alice"}).fails(invalidParameter, "Missing required parameter SOFTWARE_TOKEN_MFA_CODE")
	for _, bad := range []string{"1234567", "abcdef", code(-2), code(2)} { // the fifth would lock

		asked.answer(p, with(bad)).fails(codeMismatch, mismatch)
	}
	asked.answer(p, with(code(0))).tokens()

	// One use, also in another sign-in; the next step is accepted early, and
	// then the one before it no more.
	asked = start()
	asked.answer(p, with(code(0))).fails("ExpiredCodeException", reused)
	asked.answer(p, with(code(1))).tokens()
	asked = start()
	now.advance(30 * time.Second)
	asked.answer(p, with(code(0))).fails("ExpiredCodeException", reused)
	asked.answer(p, with(code(-1))).fails("ExpiredCodeException", reused)
	now.advance(30 * time.Second)
	now.advance(30 * time.Second)
	asked.answer(p, with(code(-1))).tokens() // one step of drift
}

func TestSetUpByTOTP(t *testing.T) {
	now := newClock()
	p := newPool(t, challengetest.Config{
		Users: alice(func(u *challengetest.User) { u.Temporary = true }),
		MFA:   types.UserPoolMfaTypeOn,
		Now:   now.now,
	})
	first := signIn(t, p, "alice", right)
	asked := first.answer(p, texts{"USERNAME": "alice", "NEW_PASSWORD": right})
	asked.asks("MFA_SETUP", "MFAS_CAN_SETUP")
	if got, want := asked.param("MFAS_CAN_SETUP"), `["SMS_MFA","SOFTWARE_TOKEN_MFA","EMAIL_OTP"]`; got != want {
		t.Errorf("MFAS_CAN_SETUP %s, want %s", got, want)
	}
	associate := func(session string) reply { return call(t, p, "AssociateSoftwareToken", object{"Session": session}) }
	verify := func(session, code string) reply {
		return call(t, p, "VerifySoftwareToken", object{"Session": session, "UserCode": code, "FriendlyDeviceName": "phone"})
	}
	secretOf := func(r reply) challenge.Secret { return challenge.NewSecret(r.body["SecretCode"].(string)) }
	code := func(secret challenge.Secret) string {
		code, err := challengetest.TOTP(secret, now.t)
		if err != nil {
			t.Fatal(err)
		}
		return code.Reveal()
	}
	finish := func(session string) reply {
		return asked.answer(p, texts{"USERNAME": "alice"}, func(body object) { body["Session"] = session })
	}

	associate(first.session()).fails(notAuthorized, invalidSession) // not MFA_SETUP's
	verify(asked.session(), "000000").fails(notAuthorized, invalidSession)
	finish(asked.session()).fails(notAuthorized, invalidSession)

	second := associate(asked.session()).ok("SecretCode", "Session")
	if n := len(secretOf(second).Reveal()); n != 52 {
		t.Errorf("secret of %d characters", n)
	}
	associate(asked.session()).fails(notAuthorized, usedOnce)
	verify(asked.session(), code(secretOf(second))).fails(notAuthorized, invalidSession)
	finish(asked.session()).fails(notAuthorized, usedOnce)
	finish(second.session()).fails(notAuthorized, invalidSession)

	// Another AssociateSoftwareToken makes the first secret useless.
	third := associate(second.session()).ok("SecretCode", "Session")
	verify(third.session(), "abcdef").fails(invalidParameter,
		"1 validation error detected: Value at 'userCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [0-9]+")
	verify(third.session(), code(secretOf(second))).fails("EnableSoftwareTokenMFAException", "Code mismatch")
	if shown, err := p.TOTPCode("alice"); err != nil || shown.Reveal() != code(secretOf(third)) {
		t.Errorf("TOTPCode is not that of the newest secret: %v", err)
	}

	now.advance(challengetest.DefaultAuthSessionValidity - time.Second) // a clock per hop
	fourth := verify(third.session(), code(secretOf(third))).ok("Session", "Status")
	if fourth.body["Status"] != "SUCCESS" {
		t.Errorf("status %v", fourth.body["Status"])
	}
	verify(third.session(), code(secretOf(third))).fails(notAuthorized, usedOnce)
	now.advance(challengetest.DefaultAuthSessionValidity - time.Second)
	finish(fourth.session()).tokens()
	finish(fourth.session()).fails(notAuthorized, usedOnce)

	// From now on it is asked for.
	again := signIn(t, p, "alice", right)
	again.asks("SOFTWARE_TOKEN_MFA", "FRIENDLY_DEVICE_NAME", "USER_ID_FOR_SRP")
	if again.param("FRIENDLY_DEVICE_NAME") != "phone" {
		t.Errorf("FRIENDLY_DEVICE_NAME %q", again.param("FRIENDLY_DEVICE_NAME"))
	}
	again.answer(p, texts{"USERNAME": "alice", "SOFTWARE_TOKEN_MFA_CODE": code(secretOf(third))}).tokens()
}

func TestVerifyingSpendsTheCode(t *testing.T) {
	now := newClock()
	p := newPool(t, challengetest.Config{Users: alice(), MFA: types.UserPoolMfaTypeOn, Now: now.now})
	asked := signIn(t, p, "alice", right)
	asked.asks("MFA_SETUP", "MFAS_CAN_SETUP", "USER_ID_FOR_SRP")
	second := call(t, p, "AssociateSoftwareToken", object{"Session": asked.session()})
	code, err := p.TOTPCode("alice")
	if err != nil {
		t.Fatal(err)
	}
	call(t, p, "VerifySoftwareToken", object{"Session": second.session(), "UserCode": code.Reveal()}).ok("Session", "Status")

	// Abandoned here, the token is enrolled all the same.
	again := signIn(t, p, "alice", right)
	again.asks("SOFTWARE_TOKEN_MFA", "USER_ID_FOR_SRP")
	again.answer(p, texts{"USERNAME": "alice", "SOFTWARE_TOKEN_MFA_CODE": code.Reveal()}).
		fails("ExpiredCodeException", "Your software token has already been used once.")
}

func TestSetUpByEmail(t *testing.T) {
	p := newPool(t, challengetest.Config{Users: alice(), MFA: types.UserPoolMfaTypeOn})
	asked := signIn(t, p, "alice", right)
	asked.answer(p, texts{"USERNAME": "alice", "EMAIL": "nobody"}).fails(invalidParameter, "Invalid email address format.")
	sent := asked.answer(p, texts{"USERNAME": "alice", "EMAIL": "alice@example.com"})
	sent.asks("EMAIL_OTP", "CODE_DELIVERY_DELIVERY_MEDIUM", "CODE_DELIVERY_DESTINATION")
	if sent.param("CODE_DELIVERY_DESTINATION") != "a***@e***" {
		t.Errorf("destination %q", sent.param("CODE_DELIVERY_DESTINATION"))
	}
	sent.answer(p, texts{"USERNAME": "alice", "EMAIL_OTP_CODE": "x"}).fails(codeMismatch, "Invalid code or auth state for the user.")
	result := sent.answer(p, texts{"USERNAME": "alice", "EMAIL_OTP_CODE": last(t, p).Code.Reveal()}).tokens()
	if id := claims(t, p, result["IdToken"]); id["email"] != "alice@example.com" || id["email_verified"] != true {
		t.Errorf("claims %v", id)
	}
	signIn(t, p, "alice", right).asks("EMAIL_OTP", "CODE_DELIVERY_DELIVERY_MEDIUM", "CODE_DELIVERY_DESTINATION", "USER_ID_FOR_SRP")
}

func TestWhatCanBeSetUp(t *testing.T) {
	p := newPool(t, challengetest.Config{
		Users: alice(), MFA: types.UserPoolMfaTypeOn, SecondFactors: []types.ChallengeNameType{sms},
	})
	asked := signIn(t, p, "alice", right)
	if asked.param("MFAS_CAN_SETUP") != `["SMS_MFA"]` {
		t.Errorf("MFAS_CAN_SETUP %s", asked.param("MFAS_CAN_SETUP"))
	}
	const notFound, notEnabled = "SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool"
	call(t, p, "AssociateSoftwareToken", object{"Session": asked.session()}).fails(notFound, notEnabled)
	call(t, p, "VerifySoftwareToken", object{"Session": asked.session(), "UserCode": "123456"}).fails(notFound, notEnabled)
	asked.answer(p, texts{"USERNAME": "alice", "EMAIL": "a@example.com"}).fails(invalidParameter, "Invalid MFA type selected.")
}

func TestSecondFactorAsked(t *testing.T) {
	attributes := texts{"phone_number": "+15550100", "email": "a@example.com"}
	for _, test := range []struct {
		name      string
		pool      types.UserPoolMfaType
		factors   []types.ChallengeNameType
		preferred types.ChallengeNameType
		want      string
	}{
		{"none", "", nil, "", ""},
		{"none, required", types.UserPoolMfaTypeOn, nil, "", "MFA_SETUP"},
		{"one", "", []types.ChallengeNameType{email}, "", "EMAIL_OTP"},
		{"one, off", types.UserPoolMfaTypeOff, []types.ChallengeNameType{email}, "", ""},
		{"two", types.UserPoolMfaTypeOptional, []types.ChallengeNameType{sms, token}, "", "SELECT_MFA_TYPE"},
		{"two, one preferred", types.UserPoolMfaTypeOn, []types.ChallengeNameType{sms, token}, token, "SOFTWARE_TOKEN_MFA"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := newPool(t, challengetest.Config{MFA: test.pool, Users: alice(func(u *challengetest.User) {
				u.Attributes, u.MFA, u.PreferredMFA = attributes, test.factors, test.preferred
			})})
			if got, _ := signIn(t, p, "alice", right).body["ChallengeName"].(string); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestSelectMFAType(t *testing.T) {
	p := newPool(t, challengetest.Config{Users: alice(func(u *challengetest.User) {
		u.Attributes = texts{"phone_number": "+15550100", "email": "a@example.com"}
		u.MFA = []types.ChallengeNameType{sms, email}
	})})
	asked := signIn(t, p, "alice", right)
	asked.asks("SELECT_MFA_TYPE", "MFAS_CAN_CHOOSE", "USER_ID_FOR_SRP")
	if got, want := asked.param("MFAS_CAN_CHOOSE"), `["SMS_MFA","EMAIL_OTP"]`; got != want {
		t.Errorf("MFAS_CAN_CHOOSE %s, want %s", got, want)
	}
	if len(p.Messages()) != 0 {
		t.Error("a message before the choice")
	}
	for _, bad := range []string{"EMAIL_MFA", "SOFTWARE_TOKEN_MFA", "MFA_SETUP"} {
		asked.answer(p, texts{"USERNAME": "alice", "ANSWER": bad}).fails(invalidParameter, "Invalid MFA type selected.")
	}
	asked.answer(p, texts{"USERNAME": "alice"}).fails(invalidParameter, "Missing required parameter ANSWER")
	sent := asked.answer(p, texts{"USERNAME": "alice", "ANSWER": "EMAIL_OTP"})
	sent.asks("EMAIL_OTP", "CODE_DELIVERY_DELIVERY_MEDIUM", "CODE_DELIVERY_DESTINATION")
	sent.answer(p, texts{"USERNAME": "alice", "EMAIL_OTP_CODE": last(t, p).Code.Reveal()}).tokens()
}

// TestEnrollingWhileSignedIn enrols a token with an access token, and sets
// what is preferred.
func TestEnrollingWhileSignedIn(t *testing.T) {
	p := newPool(t, challengetest.Config{Users: alice(func(u *challengetest.User) {
		u.Attributes = texts{"phone_number": "+15550100"}
	})})
	access := signIn(t, p, "alice", right).tokens()["AccessToken"]
	prefer := func(settings object) reply {
		settings["AccessToken"] = access
		return call(t, p, "SetUserMFAPreference", settings)
	}
	on, preferred := object{"Enabled": true}, object{"Enabled": true, "PreferredMfa": true}
	settings := func() []any {
		user := call(t, p, "GetUser", object{"AccessToken": access}).body
		list, _ := json.Marshal(user["UserMFASettingList"])
		return []any{string(list), user["PreferredMfaSetting"]}
	}

	prefer(object{"SoftwareTokenMfaSettings": on}).fails(invalidParameter, "User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA")
	prefer(object{"EmailMfaSettings": on}).fails(invalidParameter, "User does not have delivery config set to turn on EMAIL_OTP")
	verify := func(code string) reply {
		return call(t, p, "VerifySoftwareToken", object{"AccessToken": access, "UserCode": code})
	}
	verify("123456").fails("SoftwareTokenMFANotFoundException", "Software Token MFA does not exist for the user.")
	r := call(t, p, "AssociateSoftwareToken", object{"AccessToken": access}).ok("SecretCode")
	code, err := challengetest.TOTP(challenge.NewSecret(r.body["SecretCode"].(string)), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	wrongCode := "000000"
	if code.Reveal() == wrongCode {
		wrongCode = "111111"
	}
	verify(wrongCode).fails("EnableSoftwareTokenMFAException", "Code mismatch")
	verify(code.Reveal()).ok("Status")

	// Only now can it be activated, and has to be.
	signIn(t, p, "alice", right).tokens()
	prefer(object{"SoftwareTokenMfaSettings": preferred, "SMSMfaSettings": on}).ok()
	if diff := cmp.Diff([]any{`["SMS_MFA","SOFTWARE_TOKEN_MFA"]`, "SOFTWARE_TOKEN_MFA"}, settings()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	signIn(t, p, "alice", right).asks("SOFTWARE_TOKEN_MFA", "USER_ID_FOR_SRP")
	prefer(object{"SoftwareTokenMfaSettings": on}).ok()
	signIn(t, p, "alice", right).asks("SELECT_MFA_TYPE", "MFAS_CAN_CHOOSE", "USER_ID_FOR_SRP")
	prefer(object{"SoftwareTokenMfaSettings": object{"Enabled": false}, "SMSMfaSettings": preferred}).ok()
	if diff := cmp.Diff([]any{`["SMS_MFA"]`, "SMS_MFA"}, settings()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	prefer(object{"SMSMfaSettings": object{"Enabled": false}}).ok()
	if diff := cmp.Diff([]any{"null", nil}, settings()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	const either = "Exactly one of AccessToken and Session is required"
	call(t, p, "AssociateSoftwareToken", object{}).fails(invalidParameter, either)
	call(t, p, "AssociateSoftwareToken", object{"AccessToken": access, "Session": strings.Repeat("x", 30)}).fails(invalidParameter, either)
	call(t, p, "AssociateSoftwareToken", object{"AccessToken": "x"}).fails(notAuthorized, "Invalid Access Token")
}

// TestVerifyingIsEnoughWhenRequired is the same in a pool that requires a
// second factor: there it needs no SetUserMFAPreference.
func TestVerifyingIsEnoughWhenRequired(t *testing.T) {
	p := newPool(t, challengetest.Config{MFA: types.UserPoolMfaTypeOn, Users: alice(func(u *challengetest.User) {
		u.Attributes = texts{"phone_number": "+15550100"}
		u.MFA = []types.ChallengeNameType{sms}
	})})
	asked := signIn(t, p, "alice", right)
	access := asked.answer(p, texts{"USERNAME": "alice", "SMS_MFA_CODE": last(t, p).Code.Reveal()}).tokens()["AccessToken"]
	call(t, p, "AssociateSoftwareToken", object{"AccessToken": access}).ok("SecretCode")
	code, err := p.TOTPCode("alice")
	if err != nil {
		t.Fatal(err)
	}
	call(t, p, "VerifySoftwareToken", object{"AccessToken": access, "UserCode": code.Reveal()}).ok("Status")
	again := signIn(t, p, "alice", right)
	again.asks("SELECT_MFA_TYPE", "MFAS_CAN_CHOOSE", "USER_ID_FOR_SRP")
	var choices []string
	if err := json.Unmarshal([]byte(again.param("MFAS_CAN_CHOOSE")), &choices); err != nil || !slices.Contains(choices, "SOFTWARE_TOKEN_MFA") {
		t.Errorf("choices %v: %v", choices, err)
	}
}
