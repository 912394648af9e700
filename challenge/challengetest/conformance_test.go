package challengetest_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

// conformingPool returns a pool, and what is to be known of it.
func conformingPool(t testing.TB, clientSecret string, hides types.PreventUserExistenceErrorTypes) (*challengetest.Pool, challengetest.Conformance) {
	secret := challenge.NewSecret
	p := newPool(t, challengetest.Config{
		Clients: []challengetest.AppClient{{
			ID: "client", Secret: secret(clientSecret), AuthFlows: allFlows, PreventUserExistenceErrors: hides,
		}},
		Users: append(alice(), challengetest.User{Username: "bob", Password: secret(right), Temporary: true}),
	})
	return p, challengetest.Conformance{
		UserPoolID: p.UserPoolID(), ClientID: "client", ClientSecret: secret(clientSecret), HidesUsers: hides == "ENABLED",
		Username: "alice", Password: secret(right),
		TemporaryUsername: "bob", TemporaryPassword: secret(right), NewPassword: secret("An0ther passw0rd!"),
	}
}

func TestConformance(t *testing.T) {
	for _, clientSecret := range []string{"", "secret"} {
		for _, hides := range []types.PreventUserExistenceErrorTypes{"LEGACY", "ENABLED"} {
			t.Run(fmt.Sprintf("secret=%t/%s", clientSecret != "", hides), func(t *testing.T) {
				p, c := conformingPool(t, clientSecret, hides)
				if err := challengetest.CheckConformance(t.Context(), p.Client(), c); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// An alteration makes the pool a wrong one: it changes replies to an operation.
type alteration struct {
	operation string
	change    func(reply object)
	found     string // in the differences

	// Instead of the pool, this answers from the from-th request on.
	from    int
	status  int
	instead string
}

func (a alteration) around(next cip.HTTPClient) smithyhttp.ClientDoFunc {
	count := 0
	return func(r *http.Request) (*http.Response, error) {
		if !strings.HasSuffix(r.Header.Get("X-Amz-Target"), "."+a.operation) {
			return next.Do(r)
		}
		if count++; a.from > 0 && count >= a.from {
			return &http.Response{StatusCode: a.status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(a.instead))}, nil
		}
		reply, err := next.Do(r)
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
		"no tokens":                           {operation: initiate, change: without("AuthenticationResult"), found: "no AuthenticationResult"},
		"tokens with a challenge":             {operation: initiate, change: onlyWith("ChallengeName", with("AuthenticationResult", object{})), found: "there is an AuthenticationResult"},
		"no SALT":                             {operation: initiate, change: params(without("SALT")), found: "SALT"},
		"SALT in upper case":                  {operation: initiate, change: params(change("SALT", func(s string) any { return strings.ToUpper(s) + "A" })), found: "SALT"},
		"SRP_B cut":                           {operation: initiate, change: params(change("SRP_B", func(s string) any { return s[:200] })), found: "SRP_B"},
		"SECRET_BLOCK in hex":                 {operation: initiate, change: params(change("SECRET_BLOCK", func(string) any { return "0_" })), found: "SECRET_BLOCK"},
		"another USERNAME":                    {operation: initiate, change: params(change("USERNAME", func(string) any { return "alias" })), found: "USERNAME"},
		"no USER_ID_FOR_SRP":                  {operation: initiate, change: params(without("USER_ID_FOR_SRP")), found: "USER_ID_FOR_SRP"},
		"one parameter more":                  {operation: initiate, change: params(onlyWith("SALT", with("DEVICE_KEY", "x"))), found: "DEVICE_KEY"},
		"another challenge":                   {operation: initiate, change: change("ChallengeName", func(string) any { return "SMS_MFA" }), found: "ChallengeName"},
		"requiredAttributes split at commas":  {operation: initiate, change: params(change("requiredAttributes", func(string) any { return "name,email" })), found: "requiredAttributes are no list"},
		"requiredAttributes without prefix":   {operation: initiate, change: params(change("requiredAttributes", func(string) any { return `["name"]` })), found: "lack their prefix"},
		"userAttributes missing":              {operation: initiate, change: params(without("userAttributes")), found: "userAttributes"},
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
		"a short password's text":             {operation: answer, change: reword("Password not long enough"), found: "short password"},
		"a missing session's text":            {operation: answer, change: reword("parameter Session"), found: "without a Session"},
		"GetUser without sub":                 {operation: "GetUser", change: with("UserAttributes", []any{}), found: "sub"},
		"GetUser of another":                  {operation: "GetUser", change: with("Username", "bob"), found: "Username"},
		"RevokeToken refuses the second time": {
			operation: "RevokeToken", from: 2, status: 400, instead: `{"__type":"NotAuthorizedException","message":"Refresh Token has been revoked"}`,
			found: "RevokeToken again",
		},
		"RevokeToken revokes nothing": {operation: "RevokeToken", from: 1, status: 200, instead: `{}`, found: "after RevokeToken"},
		"a refused password ends the Session": {
			operation: answer, from: 5, status: 400, instead: `{"__type":"NotAuthorizedException","message":"Invalid session for the user."}`,
			found: "same Session",
		},
		"another code": {
			operation: "GetUser", from: 1, status: 400, instead: `{"__type":"InvalidParameterException","message":"Invalid Access Token"}`,
			found: "access token that is none: expected NotAuthorizedException",
		},
		"nothing but HTML": {operation: initiate, from: 1, status: 503, instead: "<html>", found: "USER_SRP_AUTH: expected success"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, c := conformingPool(t, "", "LEGACY")
			err := challengetest.CheckConformance(t.Context(), p.Client(func(o *cip.Options) {
				o.HTTPClient, o.Retryer = a.around(o.HTTPClient), aws.NopRetryer{}
			}), c)
			if err == nil || !strings.Contains(err.Error(), a.found) {
				t.Errorf("got %v, expected a difference with %q", err, a.found)
			}
			if err != nil && (strings.Contains(err.Error(), right) || strings.Contains(err.Error(), "eyJ")) {
				t.Errorf("tells a secret: %v", err)
			}
		})
	}
}

// TestHiddenUserOfManySalts: the salt of a user who is not there must not tell.
func TestHiddenUserOfManySalts(t *testing.T) {
	p, c := conformingPool(t, "", "ENABLED")
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

var live = flag.String("live", "", "check a real pool, which the JSON `file` describes as a Conformance, with secrets as texts")

// TestLiveConformance compares a user pool of AWS, or of an emulator, with what
// this package takes for the truth:
//
//	go test ./challenge/challengetest -run LiveConformance -live pool.json
//
// The file has the fields of challengetest.Conformance, and Endpoint if the
// pool is not AWS's. All operations are unsigned, so no credentials are needed.
// Without -live the test has nothing to do.
func TestLiveConformance(t *testing.T) {
	if *live == "" {
		return
	}
	text, err := os.ReadFile(*live)
	if err != nil {
		t.Fatal(err)
	}
	var f struct {
		Endpoint, UserPoolID, ClientID, ClientSecret, Username, Password string
		TemporaryUsername, TemporaryPassword, NewPassword                string
		HidesUsers                                                       bool
	}
	if err := json.Unmarshal(text, &f); err != nil {
		t.Fatal(err)
	}
	region, _, _ := strings.Cut(f.UserPoolID, "_")
	sdk := cip.New(cip.Options{Region: region}, func(o *cip.Options) {
		if f.Endpoint != "" {
			o.BaseEndpoint = aws.String(f.Endpoint)
		}
	})
	secret := challenge.NewSecret
	if err := challengetest.CheckConformance(t.Context(), sdk, challengetest.Conformance{
		UserPoolID: f.UserPoolID, ClientID: f.ClientID, ClientSecret: secret(f.ClientSecret), HidesUsers: f.HidesUsers,
		Username: f.Username, Password: secret(f.Password),
		TemporaryUsername: f.TemporaryUsername, TemporaryPassword: secret(f.TemporaryPassword), NewPassword: secret(f.NewPassword),
	}); err != nil {
		t.Error(err)
	}
}
