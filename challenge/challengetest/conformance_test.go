package challengetest_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/go-cmp/cmp"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

// described returns a pool, and what is to be known of it. Its users are those
// of sign-ins, alice, and one who is locked out.
func described(t testing.TB, config challengetest.Config, clientSecret string, hides types.PreventUserExistenceErrorTypes, signIns map[types.AuthFlowType][]challengetest.User) (*challengetest.Pool, challengetest.Conformance) {
	secret := challenge.NewSecret
	config.Clients = []challengetest.AppClient{{
		ID: "client", Secret: secret(clientSecret), AuthFlows: allFlows, PreventUserExistenceErrors: hides,
	}}
	config.AliasAttributes = []types.AliasAttributeType{types.AliasAttributeTypePreferredUsername}
	config.Users, config.Triggers = alice(func(u *challengetest.User) { u.Attributes = texts{"preferred_username": "al"} }), riddle()
	locked := challengetest.User{Username: "locked", Password: secret(right)}
	config.Users = append(config.Users, locked)
	for _, users := range signIns {
		config.Users = append(config.Users, users...)
	}
	p := newPool(t, config)
	c := challengetest.Conformance{
		UserPoolID: p.UserPoolID(), ClientID: "client", ClientSecret: secret(clientSecret), HidesUsers: hides == "ENABLED",
		Username: "alice", Password: secret(right), NewPassword: secret("An0ther passw0rd!"),
		Alias: "al", LockedOut: locked, Origin: "https://localhost", NewEmails: texts{"mailer": "mailer@example.com"},
		MFA: config.MFA, FirstFactors: config.FirstFactors, DeviceConfiguration: config.DeviceConfiguration, SignIns: signIns,
		Answer: func(_ context.Context, username string, name types.ChallengeNameType, _ map[string]string) (challenge.Secret, error) {
			if name == types.ChallengeNameTypeCustomChallenge {
				return secret("42"), nil
			}
			for _, m := range slices.Backward(p.Messages()) {
				if m.Username == username {
					return m.Code, nil
				}
			}
			return challenge.Secret{}, errors.New("no message")
		},
	}
	if config.MFA == types.UserPoolMfaTypeOn {
		c.Username = "" // she would have to set up a second factor
	}
	return p, c
}

// someone returns a user with both addresses, a password and these factors.
func someone(name string, factors ...types.ChallengeNameType) challengetest.User {
	return challengetest.User{
		Username: name, Password: challenge.NewSecret(right), MFA: factors, Attributes: bothAddresses,
		TOTPSecret: challenge.NewSecret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
	}
}

// fresh returns a user with a temporary password.
func fresh(name string, factors ...types.ChallengeNameType) challengetest.User {
	u := someone(name, factors...)
	u.Temporary, u.RequiredAttributes = true, []string{"name"}
	return u
}

// mailer returns a user who sets up an e-mail address.
func mailer() challengetest.User {
	return challengetest.User{Username: "mailer", Password: challenge.NewSecret(right)}
}

// newcomer is a user who has no authenticator app.
func newcomer(u challengetest.User) challengetest.User {
	u.TOTPSecret = challenge.Secret{}
	return u
}

const (
	byPassword = types.AuthFlowTypeUserPasswordAuth
	bySRP      = types.AuthFlowTypeUserSrpAuth
	byAdmin    = types.AuthFlowTypeAdminUserPasswordAuth
	byCustom   = types.AuthFlowTypeCustomAuth
	byChoice   = types.AuthFlowTypeUserAuth
)

// A poolKind is a pool with users of which every kind of sign-in can be had.
type poolKind struct {
	config  challengetest.Config
	signIns func() map[types.AuthFlowType][]challengetest.User
}

func withFactors() map[types.AuthFlowType][]challengetest.User {
	passwordless := someone("passwordless")
	passwordless.Password = challenge.Secret{}
	return map[types.AuthFlowType][]challengetest.User{
		byPassword: {someone("sms", sms), someone("email", email), someone("totp", token), someone("many", token, sms), someone("mail or text", email, sms), fresh("fresh"), fresh("fresh sms", sms)},
		bySRP:      {someone("sms by srp", sms), someone("totp by srp", token), fresh("fresh by srp")},
		byAdmin:    {someone("by admin"), someone("sms by admin", sms), someone("totp by admin", token), fresh("fresh by admin")},
		byCustom:   {someone("custom by srp"), passwordless},
		byChoice:   {someone("choice"), someone("choice sms", sms), someone("choice totp", token), fresh("fresh choice")},
	}
}

var poolKinds = map[string]poolKind{
	"optional": {
		challengetest.Config{FirstFactors: types.AuthFactorType("").Values()},
		withFactors,
	},
	"required": {
		challengetest.Config{MFA: types.UserPoolMfaTypeOn},
		func() map[types.AuthFlowType][]challengetest.User {
			return map[types.AuthFlowType][]challengetest.User{
				byPassword: {newcomer(someone("newcomer")), newcomer(fresh("fresh")), someone("sms", sms), mailer()},
				bySRP:      {newcomer(someone("newcomer by srp"))},
				byAdmin:    {newcomer(someone("newcomer by admin"))},
				byChoice:   {newcomer(someone("newcomer by choice"))},
			}
		},
	},
	"devices": {
		challengetest.Config{DeviceConfiguration: always},
		withFactors,
	},
	"devices by prompt": {
		challengetest.Config{MFA: types.UserPoolMfaTypeOn, DeviceConfiguration: &types.DeviceConfigurationType{
			ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true,
		}},
		func() map[types.AuthFlowType][]challengetest.User {
			return map[types.AuthFlowType][]challengetest.User{byPassword: {newcomer(someone("newcomer"))}, bySRP: {someone("email", email)}}
		},
	},
	"devices without challenge": {
		challengetest.Config{DeviceConfiguration: &types.DeviceConfigurationType{}},
		func() map[types.AuthFlowType][]challengetest.User {
			return map[types.AuthFlowType][]challengetest.User{bySRP: {someone("sms", sms)}}
		},
	},
}

// TestConformance checks the pool itself, in process and over HTTP. Each
// challenge is answered rightly, and refused for each reason that is known.
func TestConformance(t *testing.T) {
	var mu sync.Mutex
	got := make(map[types.ChallengeNameType]map[string]bool) // error codes; "" is success
	t.Run("kinds", func(t *testing.T) {
		for kind, k := range poolKinds {
			for _, clientSecret := range []string{"", "secret"} {
				for _, over := range []string{"process", "HTTP"} {
					t.Run(fmt.Sprintf("%s/secret=%t/%s", kind, clientSecret != "", over), func(t *testing.T) {
						t.Parallel()
						hides := types.PreventUserExistenceErrorTypesLegacy
						if over == "HTTP" {
							hides = types.PreventUserExistenceErrorTypesEnabled
						}
						p, c := described(t, k.config, clientSecret, hides, k.signIns())
						api := p.Client()
						if over == "HTTP" {
							server := httptest.NewServer(p.Handler())
							defer server.Close()
							options := cip.Options{Region: "eu-west-1", BaseEndpoint: aws.String(server.URL)}
							if c.SignIns[byAdmin] != nil { // else none are needed
								options.Credentials = api.Options().Credentials
							}
							api = cip.New(options)
						}
						if err := challengetest.CheckConformance(t.Context(), api, c); err != nil {
							t.Error(err)
						}
						mu.Lock()
						defer mu.Unlock()
						for _, call := range p.Calls() {
							if got[call.ChallengeName] == nil {
								got[call.ChallengeName] = make(map[string]bool)
							}
							got[call.ChallengeName][call.Code] = true
						}
					})
				}
			}
		}
	})
	for name, want := range map[types.ChallengeNameType][]string{
		"PASSWORD_VERIFIER":        {"", notAuthorized, "ResourceNotFoundException"},
		"NEW_PASSWORD_REQUIRED":    {"", invalidParameter, "InvalidPasswordException", notAuthorized},
		"SMS_MFA":                  {"", codeMismatch, invalidParameter, notAuthorized},
		"EMAIL_OTP":                {"", codeMismatch, invalidParameter, notAuthorized},
		"SMS_OTP":                  {"", codeMismatch, invalidParameter, notAuthorized},
		"SOFTWARE_TOKEN_MFA":       {"", codeMismatch, "ExpiredCodeException", invalidParameter, notAuthorized},
		"SELECT_MFA_TYPE":          {"", invalidParameter, notAuthorized},
		"MFA_SETUP":                {"", invalidParameter, notAuthorized},
		"CUSTOM_CHALLENGE":         {"", invalidParameter, notAuthorized},
		"SELECT_CHALLENGE":         {"", invalidParameter, notAuthorized},
		"WEB_AUTHN":                {"", invalidParameter, notAuthorized},
		"DEVICE_SRP_AUTH":          {""},
		"DEVICE_PASSWORD_VERIFIER": {"", notAuthorized},
	} {
		if diff := cmp.Diff(want, slices.Sorted(maps.Keys(got[name]))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestConformanceBodiesAreRead: net/http must not find WriteTo in a body, or the
// SDK can lose a quick reply and send an answer again (aws-sdk-go-v2#2737).
func TestConformanceBodiesAreRead(t *testing.T) {
	p, c := described(t, challengetest.Config{}, "", "LEGACY", nil)
	requests := 0
	api := cip.New(p.Client().Options(), func(o *cip.Options) {
		next := o.HTTPClient
		o.HTTPClient = smithyhttp.ClientDoFunc(func(r *http.Request) (*http.Response, error) {
			requests++
			if _, ok := r.Body.(io.WriterTo); ok {
				t.Errorf("the body of %s can write itself", r.Header.Get("X-Amz-Target"))
			}
			return next.Do(r)
		})
	})
	if err := challengetest.CheckConformance(t.Context(), api, c); err != nil || requests == 0 {
		t.Errorf("after %d requests: %v", requests, err)
	}
}

// TestCustomThatFails: triggers may also end the sign-in at a wrong answer.
func TestCustomThatFails(t *testing.T) {
	triggers := riddle()
	define := triggers.DefineAuthChallenge
	triggers.DefineAuthChallenge = func(r challengetest.DefineAuthChallengeRequest) (challengetest.DefineAuthChallengeResponse, error) {
		response, err := define(r)
		response.FailAuthentication = len(r.Session) > 0 && !r.Session[len(r.Session)-1].ChallengeResult
		return response, err
	}
	user := challengetest.User{Username: "u"}
	p := newPool(t, challengetest.Config{Users: []challengetest.User{user}, Triggers: triggers})
	if err := challengetest.CheckConformance(t.Context(), p.Client(), challengetest.Conformance{
		UserPoolID: p.UserPoolID(), ClientID: challengetest.DefaultClientID,
		SignIns: map[types.AuthFlowType][]challengetest.User{byCustom: {user}},
		Answer: func(context.Context, string, types.ChallengeNameType, map[string]string) (challenge.Secret, error) {
			return challenge.NewSecret("42"), nil
		},
	}); err != nil {
		t.Error(err)
	}
}

func TestConformanceRefuses(t *testing.T) {
	p := newPool(t, challengetest.Config{})
	err := challengetest.CheckConformance(t.Context(), p.Client(), challengetest.Conformance{
		Username:  "alice",
		MFA:       "SOMETIMES",
		LockedOut: challengetest.User{Username: "sms"},
		SignIns: map[types.AuthFlowType][]challengetest.User{
			"ADMIN_NO_SRP_AUTH": {{}},
			byPassword: {
				{},
				{Username: "temporary", Password: challenge.NewSecret(right), Temporary: true},
				{Username: "app", Password: challenge.NewSecret(right), MFA: []types.ChallengeNameType{token}},
				{Username: "key", Password: challenge.NewSecret(right), MFA: []types.ChallengeNameType{"WEB_AUTHN"}},
				someone("sms", sms),
			},
			byAdmin:  {{Username: "admin"}},
			byCustom: {{Username: "custom"}},
			byChoice: {{Username: "choice"}},
		},
	})
	want := `challengetest: mfa: expected OFF, OPTIONAL or ON, got "SOMETIMES"
challengetest: password: missing
challengetest: locked_out.password: missing
challengetest: sign_ins: expected one of [USER_PASSWORD_AUTH USER_SRP_AUTH ADMIN_USER_PASSWORD_AUTH CUSTOM_AUTH USER_AUTH], got "ADMIN_NO_SRP_AUTH"
challengetest: sign_ins[ADMIN_USER_PASSWORD_AUTH][0].password: missing
challengetest: answer: missing for sign_ins[CUSTOM_AUTH][0]
challengetest: sign_ins[USER_AUTH][0]: the user has none of the first factors
challengetest: sign_ins[USER_PASSWORD_AUTH][0].username: missing
challengetest: sign_ins[USER_PASSWORD_AUTH][0].password: missing
challengetest: new_password: missing for sign_ins[USER_PASSWORD_AUTH][1]
challengetest: sign_ins[USER_PASSWORD_AUTH][2].totp_secret: missing
challengetest: sign_ins[USER_PASSWORD_AUTH][3].mfa: expected SMS_MFA, SOFTWARE_TOKEN_MFA or EMAIL_OTP, got "WEB_AUTHN"
challengetest: answer: missing for sign_ins[USER_PASSWORD_AUTH][4]
challengetest: locked_out.username: "sms" signs in elsewhere`
	if diff := cmp.Diff(want, fmt.Sprint(err)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if calls := p.Calls(); len(calls) != 0 {
		t.Errorf("%d requests were made", len(calls))
	}
}

// TestConformanceLocksOutNobodyElse: all checks of a locked-out user would fail.
func TestConformanceLocksOutNobodyElse(t *testing.T) {
	p, c := described(t, challengetest.Config{}, "", "LEGACY", nil)
	c.LockedOut.Username = c.Username
	err := challengetest.CheckConformance(t.Context(), p.Client(), c)
	if want := `challengetest: locked_out.username: "alice" signs in elsewhere`; fmt.Sprint(err) != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestConformanceWithoutAnswer: who can't answer learns which answer is missing.
func TestConformanceWithoutAnswer(t *testing.T) {
	for want, failure := range map[string]error{"the mailbox is empty": errors.New("the mailbox is empty"), "the function Answer has none": nil} {
		p, c := described(t, challengetest.Config{}, "", "LEGACY", map[types.AuthFlowType][]challengetest.User{byPassword: {someone("u", sms)}})
		c.Username = ""
		c.Answer = func(context.Context, string, types.ChallengeNameType, map[string]string) (challenge.Secret, error) {
			return challenge.Secret{}, failure
		}
		err := challengetest.CheckConformance(t.Context(), p.Client(), c)
		if err == nil || !strings.Contains(err.Error(), "USER_PASSWORD_AUTH of u: SMS_MFA") || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// An alteration makes the pool a wrong one: it changes replies to an operation.
type alteration struct {
	operation string // any, if empty
	change    func(reply object)
	found     string // in the differences

	// Instead of the pool, this answers from the from-th request on.
	from    int
	status  int
	instead string

	statuses map[int]int // one HTTP status instead of another
}

func (a alteration) around(next cip.HTTPClient) smithyhttp.ClientDoFunc {
	count := 0
	return func(r *http.Request) (*http.Response, error) {
		if a.operation != "" && !strings.HasSuffix(r.Header.Get("X-Amz-Target"), "."+a.operation) {
			return next.Do(r)
		}
		if count++; a.from > 0 && count >= a.from {
			return &http.Response{StatusCode: a.status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(a.instead))}, nil
		}
		reply, err := next.Do(r)
		if err == nil && a.statuses[reply.StatusCode] != 0 {
			reply.StatusCode = a.statuses[reply.StatusCode]
		}
		if err != nil || a.change == nil {
			return reply, err
		}
		text, err := io.ReadAll(reply.Body)
		if err != nil {
			return nil, err
		}
		body := make(object)
		if err := json.Unmarshal(text, &body); err != nil {
			return nil, err
		}
		a.change(body)
		if text, err = json.Marshal(body); err != nil {
			return nil, err
		}
		reply.Body, reply.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
		return reply, nil
	}
}

// within changes an object in the reply, where there is one by that name.
func within(name string, change func(object)) func(object) {
	return func(reply object) {
		if in, ok := reply[name].(object); ok {
			change(in)
		}
	}
}

func without(name string) func(object) { return func(o object) { delete(o, name) } }

func with(name string, value any) func(object) { return func(o object) { o[name] = value } }

// change changes a member that is there.
func change(name string, to func(string) any) func(object) {
	return func(o object) {
		if s, ok := o[name].(string); ok {
			o[name] = to(s)
		}
	}
}

// reword changes a text of a refusal.
func reword(old string) func(object) {
	return change("message", func(s string) any { return strings.Replace(s, old, "something else", 1) })
}

// claim changes a claim of a token.
func claim(name string, value any) func(string) any {
	return func(token string) any {
		parts := strings.Split(token, ".")
		payload, err := base64.RawURLEncoding.DecodeString(parts[1])
		if err != nil {
			panic(err)
		}
		claims := make(object)
		if err := json.Unmarshal(payload, &claims); err != nil {
			panic(err)
		}
		if claims[name] = value; value == nil {
			delete(claims, name)
		}
		if payload, err = json.Marshal(claims); err != nil {
			panic(err)
		}
		parts[1] = base64.RawURLEncoding.EncodeToString(payload)
		return strings.Join(parts, ".")
	}
}

// TestWrongPoolsDoNotConform alters the pool's replies in many ways, of which
// most were seen in one emulator or another. Each must be found.
func TestWrongPoolsDoNotConform(t *testing.T) {
	const initiate, answer, renew = "InitiateAuth", "RespondToAuthChallenge", "GetTokensFromRefreshToken"
	result := func(change func(object)) func(object) { return within("AuthenticationResult", change) }
	params := func(change func(object)) func(object) { return within("ChallengeParameters", change) }
	onlyWith := func(name string, change func(object)) func(object) {
		return func(o object) {
			if _, ok := o[name]; ok {
				change(o)
			}
		}
	}
	secret := func(string) any { return "secret" }
	for name, a := range map[string]alteration{
		"no ChallengeParameters":              {operation: initiate, change: without("ChallengeParameters"), found: "ChallengeParameters are not there"},
		"ChallengeParameters with tokens":     {operation: answer, change: onlyWith("AuthenticationResult", with("ChallengeParameters", texts{"USERNAME": "alice"})), found: "ChallengeParameters are not there, or not empty"},
		"a Session with tokens":               {operation: answer, change: onlyWith("AuthenticationResult", with("Session", strings.Repeat("s", 40))), found: "there is a Session"},
		"Session as SECRET_BLOCK":             {operation: initiate, change: onlyWith("ChallengeName", with("Session", strings.Repeat("s", 40))), found: "there is a Session"},
		"AvailableChallenges":                 {operation: initiate, change: with("AvailableChallenges", []string{"PASSWORD"}), found: "AvailableChallenges"},
		"AvailableChallenges with tokens":     {operation: initiate, change: onlyWith("AuthenticationResult", with("AvailableChallenges", []string{"PASSWORD"})), found: "end: AvailableChallenges"},
		"no tokens":                           {operation: initiate, change: without("AuthenticationResult"), found: "no AuthenticationResult"},
		"tokens with a challenge":             {operation: initiate, change: onlyWith("ChallengeName", with("AuthenticationResult", object{})), found: "there is an AuthenticationResult"},
		"no SALT":                             {operation: initiate, change: params(without("SALT")), found: "SALT"},
		"SALT in upper case":                  {operation: initiate, change: params(change("SALT", func(s string) any { return strings.ToUpper(s) + "A" })), found: "SALT"},
		"SRP_B cut":                           {operation: initiate, change: params(change("SRP_B", func(s string) any { return s[:200] })), found: "SRP_B"},
		"SECRET_BLOCK in hex":                 {operation: initiate, change: params(change("SECRET_BLOCK", func(string) any { return "0_" })), found: "SECRET_BLOCK is not"},
		"another USERNAME":                    {operation: initiate, change: params(change("USERNAME", func(string) any { return "alias" })), found: "USERNAME"},
		"no USER_ID_FOR_SRP":                  {operation: initiate, change: params(without("USER_ID_FOR_SRP")), found: "USER_ID_FOR_SRP"},
		"one parameter more":                  {operation: initiate, change: params(onlyWith("SALT", with("DEVICE_KEY", "x"))), found: "DEVICE_KEY"},
		"another challenge":                   {operation: initiate, change: change("ChallengeName", func(string) any { return "SMS_MFA" }), found: "ChallengeName"},
		"requiredAttributes split at commas":  {operation: initiate, change: params(change("requiredAttributes", func(string) any { return "name,email" })), found: "requiredAttributes are no list"},
		"requiredAttributes without prefix":   {operation: initiate, change: params(change("requiredAttributes", func(string) any { return `["name"]` })), found: "lack their prefix"},
		"userAttributes missing":              {operation: initiate, change: params(without("userAttributes")), found: "userAttributes"},
		"userAttributes as a list":            {operation: initiate, change: params(change("userAttributes", func(string) any { return "[]" })), found: "userAttributes are no object"},
		"userAttributes with sub":             {operation: initiate, change: params(change("userAttributes", func(string) any { return `{"sub":"x"}` })), found: "have sub"},
		"a short Session":                     {operation: initiate, change: change("Session", func(string) any { return "short" }), found: "a Session of 5"},
		"TokenType in lower case":             {operation: initiate, change: result(with("TokenType", "bearer")), found: "TokenType"},
		"ExpiresIn":                           {operation: initiate, change: result(with("ExpiresIn", 60)), found: "exp-iat"},
		"no RefreshToken":                     {operation: initiate, change: result(without("RefreshToken")), found: "RefreshToken"},
		"a RefreshToken with a refresh":       {operation: renew, change: result(with("RefreshToken", "again")), found: "RefreshToken"},
		"NewDeviceMetadata":                   {operation: initiate, change: result(with("NewDeviceMetadata", texts{"DeviceKey": "k", "DeviceGroupKey": "g"})), found: "NewDeviceMetadata"},
		"opaque tokens":                       {operation: initiate, change: result(change("AccessToken", secret)), found: "no JWT"},
		"a token with typ":                    {operation: initiate, change: result(change("IdToken", func(s string) any { return header(s, `{"alg":"RS256","kid":"k","typ":"JWT"}`) })), found: "header"},
		"HS256":                               {operation: initiate, change: result(change("IdToken", func(s string) any { return header(s, `{"alg":"HS256","kid":"k"}`) })), found: "alg"},
		"one key":                             {operation: initiate, change: result(func(o object) { sameHeader(o) }), found: "one key"},
		"issuer with a slash":                 {operation: initiate, change: result(change("IdToken", claim("iss", "https://x/"))), found: "iss"},
		"no event_id":                         {operation: initiate, change: result(change("AccessToken", claim("event_id", nil))), found: "event_id"},
		"event_id of its own":                 {operation: initiate, change: result(change("AccessToken", claim("event_id", "x"))), found: "event_id"},
		"aud in the access token":             {operation: initiate, change: result(change("AccessToken", claim("aud", "client"))), found: "aud"},
		"no origin_jti in the ID token":       {operation: initiate, change: result(change("IdToken", claim("origin_jti", nil))), found: "origin_jti"},
		"auth_time of the refresh":            {operation: renew, change: result(change("AccessToken", claim("auth_time", 1))), found: "auth_time"},
		"sub as user name":                    {operation: initiate, change: result(change("AccessToken", claim("username", "0-0"))), found: "username"},
		"jti kept":                            {operation: initiate, change: result(func(o object) { change("AccessToken", claim("jti", "x"))(o); change("IdToken", claim("jti", "x"))(o) }), found: "jti"},
		"scope":                               {operation: initiate, change: result(change("AccessToken", claim("scope", "openid"))), found: "scope"},
		"a wrong password's text":             {operation: initiate, change: reword("Incorrect username or password."), found: "wrong password"},
		"a wrong proof's text":                {operation: answer, change: reword("Incorrect username or password."), found: "PASSWORD_VERIFIER"},
		"a missing parameter's text":          {operation: initiate, change: reword("Missing required parameter"), found: "no PASSWORD"},
		"a flow's text":                       {operation: initiate, change: reword("Initiate Auth method not supported."), found: "ADMIN_USER_PASSWORD_AUTH"},
		"an app client's text":                {operation: initiate, change: reword("does not exist"), found: "app client"},
		"a refresh token's text":              {operation: initiate, change: reword("Invalid Refresh Token"), found: "refresh token that is none"},
		"a refresh token's text, with a stop": {operation: renew, change: change("message", func(s string) any { return s + "." }), found: "GetTokensFromRefreshToken of none"},
		"a revoked token's text":              {operation: renew, change: reword("has been revoked"), found: "after RevokeToken"},
		"an access token's text":              {operation: "GetUser", change: reword("Invalid Access Token"), found: "access token that is none"},
		"a spent session's text":              {operation: answer, change: reword(", session can only be used once"), found: "once more"},
		"a short password's text":             {operation: answer, change: reword("Password not long enough"), found: "NEW_PASSWORD_REQUIRED wrongly"},
		"a missing session's text":            {operation: answer, change: reword("parameter Session"), found: "without a Session"},
		"GetUser without sub":                 {operation: "GetUser", change: with("UserAttributes", []any{}), found: "sub"},
		"GetUser of another":                  {operation: "GetUser", change: with("Username", "bob"), found: "Username"},
		"RevokeToken refuses the second time": {
			operation: "RevokeToken", from: 2, status: 400, instead: `{"__type":"NotAuthorizedException","message":"Refresh Token has been revoked"}`,
			found: "RevokeToken again",
		},
		"RevokeToken revokes nothing": {operation: "RevokeToken", from: 1, status: 200, instead: `{}`, found: "after RevokeToken"},
		"a refused password ends the Session": {
			operation: answer, from: 7, status: 400, instead: `{"__type":"NotAuthorizedException","message":"Invalid session for the user."}`,
			found: "same Session",
		},
		"another code": {
			operation: "GetUser", from: 1, status: 400, instead: `{"__type":"InvalidParameterException","message":"Invalid Access Token"}`,
			found: "access token that is none: expected NotAuthorizedException",
		},
		"an alias in a token":     {operation: initiate, change: result(change("AccessToken", claim("username", "al"))), found: "USER_PASSWORD_AUTH of al: end: username: expected alice"},
		"an alias in a challenge": {operation: initiate, change: params(with("USER_ID_FOR_SRP", "al")), found: "USER_SRP_AUTH of al: PASSWORD_VERIFIER: USER_ID_FOR_SRP: expected alice"},
		"refusals by 403":         {operation: initiate, statuses: map[int]int{400: 403}, found: "HTTP status: expected 200 or 400, got 403"},
		"created":                 {operation: answer, statuses: map[int]int{200: 201}, found: "HTTP status: expected 200 or 400, got 201"},
		"nothing but HTML":        {operation: initiate, from: 1, status: 503, instead: "<html>", found: "USER_SRP_AUTH of alice: start: expected success"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, c := described(t, challengetest.Config{}, "", "LEGACY", map[types.AuthFlowType][]challengetest.User{byPassword: {fresh("bob")}})
			a.mustBeFound(t, p, c)
		})
	}
}

func (a alteration) mustBeFound(t *testing.T, p *challengetest.Pool, c challengetest.Conformance) {
	t.Helper()
	err := challengetest.CheckConformance(t.Context(), p.Client(func(o *cip.Options) {
		o.HTTPClient, o.Retryer = a.around(o.HTTPClient), aws.NopRetryer{}
	}), c)
	if err == nil || !strings.Contains(err.Error(), a.found) {
		t.Errorf("got %v, expected a difference with %q", err, a.found)
	}
	if err != nil && (strings.Contains(err.Error(), right) || strings.Contains(err.Error(), "eyJ")) {
		t.Errorf("tells a secret: %v", err)
	}
}

// TestWrongSignInsDoNotConform is the same for all that can come after a
// password, or instead of it.
func TestWrongSignInsDoNotConform(t *testing.T) {
	const initiate, answer, associate, verify = "InitiateAuth", "RespondToAuthChallenge", "AssociateSoftwareToken", "VerifySoftwareToken"
	params := func(change func(object)) func(object) { return within("ChallengeParameters", change) }
	result := func(change func(object)) func(object) { return within("AuthenticationResult", change) }
	to := func(text string) func(string) any { return func(string) any { return text } }
	// only leaves nothing but a Session.
	only := func(name string, value any) func(object) {
		return func(o object) {
			clear(o)
			o[name], o["Session"] = value, strings.Repeat("s", 40)
		}
	}
	const invalid = `{"__type":"InvalidParameterException","message":"Invalid."}`
	const adminInitiate, adminAnswer, register, options = "AdminInitiateAuth", "AdminRespondToAuthChallenge", "StartWebAuthnRegistration", "CREDENTIAL_REQUEST_OPTIONS"
	// option changes a member of the options of WEB_AUTHN.
	option := func(name string, value any) func(object) {
		return params(change(options, func(s string) any {
			o := make(object)
			if err := json.Unmarshal([]byte(s), &o); err != nil {
				panic(err)
			}
			o[name] = value
			text, err := json.Marshal(o)
			if err != nil {
				panic(err)
			}
			return string(text)
		}))
	}
	optional, required, devices := challengetest.Config{}, challengetest.Config{MFA: types.UserPoolMfaTypeOn}, challengetest.Config{DeviceConfiguration: always}
	by := func(factors ...types.AuthFactorType) challengetest.Config {
		return challengetest.Config{FirstFactors: factors}
	}
	for kind, g := range map[string]struct {
		config challengetest.Config
		flow   types.AuthFlowType
		user   challengetest.User
		wrong  map[string]alteration
	}{
		"SMS_MFA": {optional, byPassword, someone("u", sms), map[string]alteration{
			"not asked":                {operation: initiate, change: change("ChallengeName", to("EMAIL_OTP")), found: "ChallengeName: expected SMS_MFA"},
			"tokens at once":           {operation: initiate, change: only("AuthenticationResult", object{}), found: "ChallengeName: expected SMS_MFA"},
			"destination in the clear": {operation: initiate, change: params(with("CODE_DELIVERY_DESTINATION", "+15550100")), found: "not masked"},
			"no parameters":            {operation: initiate, change: with("ChallengeParameters", object{}), found: "ChallengeParameters lack CODE_DELIVERY_DESTINATION"},
			"no USER_ID_FOR_SRP":       {operation: initiate, change: params(without("USER_ID_FOR_SRP")), found: "lack USER_ID_FOR_SRP"},
			"USERNAME":                 {operation: initiate, change: params(with("USERNAME", "u")), found: "have USERNAME"},
			"alias":                    {operation: initiate, change: params(with("USER_ID_FOR_SRP", "a@example.com")), found: "USER_ID_FOR_SRP: expected u"},
			"no Session":               {operation: initiate, change: without("Session"), found: "Session of 0"},
			"a long Session":           {operation: initiate, change: change("Session", func(string) any { return strings.Repeat("s", 2049) }), found: "a Session of 2049"},
			"not again":                {operation: initiate, from: 2, status: 200, instead: `{}`, found: `SMS_MFA after a wrong answer: "" is not on the way`},
			"a wrong code's text":      {operation: answer, change: reword("Invalid code or auth state"), found: "SMS_MFA wrongly: expected CodeMismatchException"},
		}},
		"NEW_PASSWORD_REQUIRED": {optional, byPassword, fresh("u"), map[string]alteration{
			"old password": {operation: initiate, from: 2, status: 400, instead: invalid, found: "a temporary password that was changed"},
		}},
		"EMAIL_OTP": {optional, byPassword, someone("u", email), map[string]alteration{
			"address in the clear":       {operation: initiate, change: params(with("CODE_DELIVERY_DESTINATION", "a@example.com")), found: "not masked"},
			"medium":                     {operation: initiate, change: params(with("CODE_DELIVERY_DELIVERY_MEDIUM", "SMS")), found: "expected EMAIL"},
			"a wrong code's code":        {operation: answer, from: 1, status: 400, instead: invalid, found: "EMAIL_OTP wrongly: expected CodeMismatchException"},
			"a wrong code is right":      {operation: answer, from: 1, status: 200, instead: `{}`, found: "EMAIL_OTP wrongly: expected CodeMismatchException, got success"},
			"no Session needed":          {operation: answer, change: reword("Missing required parameter"), found: "EMAIL_OTP without a Session"},
			"a wrong code ends Sessions": {operation: answer, from: 3, status: 400, instead: invalid, found: "EMAIL_OTP with the same Session: expected success"},
			"a Session for ever":         {operation: answer, from: 4, status: 200, instead: `{}`, found: "EMAIL_OTP once more"},
		}},
		"SOFTWARE_TOKEN_MFA": {optional, byPassword, someone("u", token), map[string]alteration{
			"a wrong code's text": {operation: answer, change: reword("Invalid code received"), found: "SOFTWARE_TOKEN_MFA wrongly"},
			"a code used twice":   {operation: answer, change: reword("already been used"), found: "a code that was used: expected ExpiredCodeException"},
		}},
		"SELECT_MFA_TYPE": {optional, byPassword, someone("u", email, sms), map[string]alteration{
			"a list with commas": {operation: initiate, change: params(with("MFAS_CAN_CHOOSE", "SMS_MFA,EMAIL_OTP")), found: "MFAS_CAN_CHOOSE are no list in JSON"},
			"EMAIL_MFA":          {operation: initiate, change: params(with("MFAS_CAN_CHOOSE", `["EMAIL_MFA","SMS_MFA"]`)), found: "expected [EMAIL_OTP SMS_MFA]"},
			"another factor":     {operation: answer, change: change("ChallengeName", to("SMS_MFA")), found: "ChallengeName: expected EMAIL_OTP"},
		}},
		"MFA_SETUP": {required, byPassword, newcomer(someone("u")), map[string]alteration{
			"nothing to set up":   {operation: initiate, change: params(with("MFAS_CAN_SETUP", `["SMS_MFA"]`)), found: "lack SOFTWARE_TOKEN_MFA"},
			"no list":             {operation: initiate, change: params(with("MFAS_CAN_SETUP", "null")), found: "MFAS_CAN_SETUP are no list"},
			"a secret in hex":     {operation: associate, change: with("SecretCode", "0123456789abcdef"), found: "SecretCode is not base32"},
			"another secret":      {operation: associate, change: with("SecretCode", "GEZDGNBVGY3TQOJQ"), found: "VerifySoftwareToken with the same Session"},
			"a wrong code's text": {operation: verify, change: reword("Code mismatch"), found: "VerifySoftwareToken of a wrong code"},
			"letters in a code":   {operation: verify, from: 1, status: 200, instead: `{"Status":"SUCCESS"}`, found: "VerifySoftwareToken of no digits"},
			"status ERROR":        {operation: verify, from: 1, status: 200, instead: `{"Status":"ERROR"}`, found: "Status: expected SUCCESS, got ERROR"},
			"no Session":          {operation: verify, change: without("Session"), found: "MFA_SETUP: expected success"},
		}},
		"MFA_SETUP by e-mail": {required, byPassword, mailer(), map[string]alteration{
			"not listed":           {operation: initiate, change: params(with("MFAS_CAN_SETUP", `["SOFTWARE_TOKEN_MFA"]`)), found: "lack EMAIL_OTP"},
			"no code":              {operation: answer, change: change("ChallengeName", to("SMS_MFA")), found: "EMAIL_OTP: ChallengeName: expected EMAIL_OTP"},
			"address in the clear": {operation: answer, change: params(with("CODE_DELIVERY_DESTINATION", "mailer@example.com")), found: "not masked"},
		}},
		"ADMIN_USER_PASSWORD_AUTH": {optional, byAdmin, someone("u", sms), map[string]alteration{
			"a wrong password's text": {operation: adminInitiate, change: reword("Incorrect username"), found: "ADMIN_USER_PASSWORD_AUTH of u: a wrong password"},
			"an app client's text":    {operation: adminInitiate, change: reword("in user pool"), found: "an app client that is none: expected ResourceNotFoundException"},
			"no USER_ID_FOR_SRP":      {operation: adminInitiate, change: params(without("USER_ID_FOR_SRP")), found: "lack USER_ID_FOR_SRP"},
			"AvailableChallenges":     {operation: adminInitiate, change: with("AvailableChallenges", []string{"PASSWORD"}), found: "SMS_MFA: AvailableChallenges"},
			"a wrong code's text":     {operation: adminAnswer, change: reword("Invalid code or auth state"), found: "SMS_MFA wrongly"},
			"a Session for ever":      {operation: adminAnswer, change: reword("only be used once"), found: "SMS_MFA once more"},
			"another event_id":        {operation: adminAnswer, change: result(change("AccessToken", claim("event_id", "x"))), found: "end: event_id"},
		}},
		"a temporary password by the admin API": {optional, byAdmin, fresh("u"), map[string]alteration{
			"no list":      {operation: adminInitiate, change: params(with("requiredAttributes", "name")), found: "requiredAttributes are no list"},
			"old password": {operation: adminInitiate, from: 4, status: 400, instead: invalid, found: "a temporary password that was changed"},
		}},
		"WEB_AUTHN": {by("PASSWORD", "WEB_AUTHN"), byChoice, someone("u"), map[string]alteration{
			"no creation options":   {operation: register, change: without("CredentialCreationOptions"), found: "there are no CredentialCreationOptions"},
			"another relying party": {operation: register, change: within("CredentialCreationOptions", with("rp", texts{"id": "example.com"})), found: "SecurityError"},
			"not registered":        {operation: "CompleteWebAuthnRegistration", from: 1, status: 400, instead: invalid, found: "CompleteWebAuthnRegistration: expected success"},
			"not deleted":           {operation: "DeleteWebAuthnCredential", from: 1, status: 400, instead: invalid, found: "DeleteWebAuthnCredential: expected success"},
			"not by preference": {operation: initiate, change: change("ChallengeName", func(s string) any {
				return strings.Replace(s, "WEB_AUTHN", "SELECT_CHALLENGE", 1)
			}), found: "PREFERRED_CHALLENGE WEB_AUTHN: ChallengeName: expected WEB_AUTHN"},
			"no options":             {operation: answer, change: params(without(options)), found: "WEB_AUTHN: ChallengeParameters lack " + options},
			"USERNAME":               {operation: answer, change: params(with("USERNAME", "u")), found: "WEB_AUTHN: ChallengeParameters have USERNAME"},
			"no JSON":                {operation: answer, change: params(change(options, to("publicKey"))), found: "are no options in JSON"},
			"publicKey":              {operation: answer, change: params(change(options, func(s string) any { return `{"publicKey":` + s + `}` })), found: "no PublicKeyCredentialRequestOptionsJSON"},
			"padding":                {operation: answer, change: option("challenge", "AAA="), found: "challenge is not base64url"},
			"no timeout":             {operation: answer, change: option("timeout", 0), found: "timeout is not positive"},
			"another passkey":        {operation: answer, change: option("allowCredentials", []any{}), found: "allowCredentials lack the passkey"},
			"no verification":        {operation: answer, change: option("userVerification", "discouraged"), found: "userVerification is neither"},
			"another challenge":      {operation: answer, change: option("challenge", "AAAA"), found: "WEB_AUTHN: expected success"},
			"refused by preference":  {operation: answer, from: 11, status: 400, instead: invalid, found: "PREFERRED_CHALLENGE WEB_AUTHN: expected success"},
			"a wrong answer's code":  {operation: answer, from: 15, status: 400, instead: `{"__type":"CodeMismatchException"}`, found: "WEB_AUTHN wrongly: expected NotAuthorizedException"},
			"a wrong answer is good": {operation: answer, from: 15, status: 200, instead: `{}`, found: "WEB_AUTHN wrongly: expected NotAuthorizedException, got success"},
			"a Session for ever":     {operation: answer, change: reword("only be used once"), found: "WEB_AUTHN once more"},
		}},
		"device": {devices, byPassword, someone("u", sms), map[string]alteration{
			"is not named":     {operation: answer, change: result(without("NewDeviceMetadata")), found: "if and only if"},
			"is a UUID":        {operation: answer, change: result(within("NewDeviceMetadata", with("DeviceKey", "00000000-0000"))), found: "DeviceKey is not like"},
			"has no group":     {operation: answer, change: result(within("NewDeviceMetadata", without("DeviceGroupKey"))), found: "ConfirmDevice"},
			"is prompted for":  {operation: "ConfirmDevice", change: with("UserConfirmationNecessary", true), found: "UserConfirmationNecessary: expected false"},
			"does not replace": {operation: "ConfirmDevice", from: 1, status: 200, instead: `{}`, found: "start: expected success"},
			"SALT":             {operation: answer, change: params(change("SALT", func(s string) any { return s + "Z" })), found: "DEVICE_PASSWORD_VERIFIER: srp: SALT"},
			"wrong, the text":  {operation: answer, change: reword("Incorrect username"), found: "DEVICE_PASSWORD_VERIFIER wrongly"},
		}},
		"forgotten device": {devices, bySRP, someone("u", sms), map[string]alteration{
			"text":        {operation: answer, change: reword("Device does not exist"), found: "forgotten DEVICE_KEY: expected ResourceNotFoundException"},
			"is not done": {operation: "ForgetDevice", from: 1, status: 400, instead: invalid, found: "ForgetDevice: expected success"},
		}},
		"CUSTOM_CHALLENGE": {optional, byCustom, challengetest.User{Username: "u"}, map[string]alteration{
			"no USERNAME":            {operation: initiate, change: params(without("USERNAME")), found: "CUSTOM_CHALLENGE: ChallengeParameters lack USERNAME"},
			"a spent Session's text": {operation: answer, change: reword("session can only be used once"), found: "CUSTOM_CHALLENGE wrongly: expected NotAuthorizedException: \"Invalid session"},
			"one Session":            {from: 1, status: 200, instead: `{"ChallengeName":"CUSTOM_CHALLENGE","Session":"one Session for all of it"}`, found: "the Session is the same"},
			"another Session":        {operation: answer, change: change("Session", to(strings.Repeat("s", 40))), found: "CUSTOM_CHALLENGE: expected success"},
			"a wrong answer's code":  {operation: answer, from: 1, status: 400, instead: invalid, found: "CUSTOM_CHALLENGE wrongly: expected NotAuthorizedException"},
		}},
		"SELECT_CHALLENGE": {by("PASSWORD"), byChoice, someone("u"), map[string]alteration{
			"no choices":         {operation: initiate, change: without("AvailableChallenges"), found: "SELECT_CHALLENGE: AvailableChallenges lack PASSWORD"},
			"USERNAME":           {operation: initiate, change: params(with("USERNAME", "u")), found: "SELECT_CHALLENGE: ChallengeParameters have USERNAME"},
			"a wrong password":   {operation: answer, from: 1, status: 400, instead: `{"__type":"CodeMismatchException"}`, found: "SELECT_CHALLENGE wrongly: expected NotAuthorizedException"},
			"always":             {operation: initiate, change: only("ChallengeName", "SELECT_CHALLENGE"), found: "PREFERRED_CHALLENGE PASSWORD_SRP: ChallengeName: expected PASSWORD_VERIFIER, got SELECT_CHALLENGE"},
			"no Session in time": {operation: answer, change: reword("session can only be used once"), found: "SELECT_CHALLENGE once more"},
		}},
		"EMAIL_OTP first": {by("EMAIL_OTP"), byChoice, someone("u"), map[string]alteration{
			"USER_ID_FOR_SRP": {operation: answer, change: params(with("USER_ID_FOR_SRP", "u")), found: "EMAIL_OTP: ChallengeParameters have USER_ID_FOR_SRP"},
			"no choices":      {operation: initiate, change: without("AvailableChallenges"), found: "PREFERRED_CHALLENGE EMAIL_OTP: AvailableChallenges lack EMAIL_OTP"},
		}},
		"SMS_OTP first": {by("SMS_OTP"), byChoice, someone("u"), map[string]alteration{
			"a wrong code's text":        {operation: answer, change: reword("Invalid code or auth state"), found: "SMS_OTP wrongly"},
			"a wrong code ends Sessions": {operation: answer, from: 4, status: 400, instead: invalid, found: "SMS_OTP with the same Session: expected success"},
		}},
	} {
		for name, a := range g.wrong {
			t.Run(kind+"/"+name, func(t *testing.T) {
				t.Parallel()
				p, c := described(t, g.config, "", "LEGACY", map[types.AuthFlowType][]challengetest.User{g.flow: {g.user}})
				c.Username = ""
				a.mustBeFound(t, p, c)
			})
		}
	}
}

// TestWrongLockOutsDoNotConform is the same for lock-outs, while time stands
// still.
func TestWrongLockOutsDoNotConform(t *testing.T) {
	replace := func(old, to string) func(string) any {
		return func(s string) any { return strings.Replace(s, old, to, 1) }
	}
	for name, a := range map[string]alteration{
		"another text":              {change: reword(locked), found: "wrong password 6: expected NotAuthorizedException"},
		"none":                      {change: change("message", replace(locked, badPassword)), found: "wrong password 8: no lock-out"},
		"from the start":            {change: change("message", replace(badPassword, locked)), found: "wrong password 1: expected NotAuthorizedException"},
		"a wrong password is right": {from: 6, status: 200, instead: `{}`, found: "wrong password 6: expected NotAuthorizedException, got success"},
		"not of a right password":   {from: 7, status: 200, instead: `{}`, found: "the right password in the lock-out: expected NotAuthorizedException, got success"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, c := described(t, challengetest.Config{}, "", "LEGACY", nil)
				c.Username = ""
				a.mustBeFound(t, p, c)
			})
		})
	}
}

// TestConformanceOfSlowPool: a lock-out that is over is not looked for.
func TestConformanceOfSlowPool(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, c := described(t, challengetest.Config{}, "", "LEGACY", nil)
		c.Username = ""
		if err := challengetest.CheckConformance(t.Context(), p.Client(func(o *cip.Options) {
			next := o.HTTPClient
			o.HTTPClient = smithyhttp.ClientDoFunc(func(r *http.Request) (*http.Response, error) {
				time.Sleep(700 * time.Millisecond)
				return next.Do(r)
			})
		}), c); err != nil {
			t.Error(err)
		}
		if calls := p.Calls(); calls[len(calls)-1].Code != "" {
			t.Error("the lock-out was not over")
		}
	})
}

// TestAdminDevicesAreNotCompared: it is not known whether the admin API names a
// device.
func TestAdminDevicesAreNotCompared(t *testing.T) {
	p, c := described(t, challengetest.Config{DeviceConfiguration: always}, "", "LEGACY", map[types.AuthFlowType][]challengetest.User{byAdmin: {someone("u")}})
	c.Username = ""
	named := 0
	a := alteration{operation: "AdminInitiateAuth", change: within("AuthenticationResult", func(o object) {
		if o["NewDeviceMetadata"] != nil {
			named++
		}
		delete(o, "NewDeviceMetadata")
	})}
	err := challengetest.CheckConformance(t.Context(), p.Client(func(o *cip.Options) { o.HTTPClient = a.around(o.HTTPClient) }), c)
	if err != nil || named == 0 {
		t.Errorf("after %d devices: %v", named, err)
	}
}

// TestHiddenUserOfManySalts: the salt of a user who is not there must not tell.
func TestHiddenUserOfManySalts(t *testing.T) {
	p, c := described(t, challengetest.Config{}, "", "ENABLED", nil)
	salts := 0
	a := alteration{operation: "InitiateAuth", change: within("ChallengeParameters", change("SALT", func(string) any {
		salts++
		return fmt.Sprintf("%032x", salts)
	}))}
	err := challengetest.CheckConformance(t.Context(), p.Client(func(o *cip.Options) { o.HTTPClient = a.around(o.HTTPClient) }), c)
	if err == nil || !strings.Contains(err.Error(), "SALT is another one") {
		t.Errorf("got %v", err)
	}
}

// header replaces a token's header.
func header(token, text string) any {
	_, rest, _ := strings.Cut(token, ".")
	return base64.RawURLEncoding.EncodeToString([]byte(text)) + "." + rest
}

// sameHeader gives both tokens one.
func sameHeader(result object) {
	for _, name := range []string{"AccessToken", "IdToken"} {
		change(name, func(s string) any { return header(s, `{"alg":"RS256","kid":"k"}`) })(result)
	}
}
