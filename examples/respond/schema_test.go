package main

import (
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/srp"
)

// schemaFile has the JSON Schema of the request.
const schemaFile = "testdata/request.schema.json"

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	file, err := os.Open(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	document, err := jsonschema.UnmarshalJSON(file)
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	id := document.(map[string]any)["$id"].(string)
	if err := compiler.AddResource(id, document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile(id)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// forms returns a filled-in form of every challenge.
func forms() []challenge.Challenge {
	issued := challenge.Issued{Username: "alice", Session: challenge.NewSecret(session), DeviceKey: "eu-west-1_11111111-2222-3333-4444-555555555555"}
	a := srp.NewClient().A()
	secret := challenge.NewSecret
	claim := challenge.PasswordClaim{
		SecretBlock: secret("c2VjcmV0"), Signature: secret("c2lnbmF0dXJl"), Timestamp: "Fri Nov 20 15:04:05 UTC 2026",
	}
	return []challenge.Challenge{
		&challenge.AdminNoSRPAuth{Issued: issued, Password: secret(password)},
		&challenge.CustomChallenge{Issued: issued, Answer: secret("forty-two")},
		&challenge.DevicePasswordVerifier{Issued: issued, PasswordClaim: claim},
		&challenge.DeviceSRPAuth{Issued: issued, A: a},
		&challenge.EmailOTP{Issued: issued, Code: secret("12345678")},
		&challenge.MFASetup{Issued: issued, SoftwareTokenVerified: true},
		&challenge.MFASetup{Issued: issued, Email: "a@example.com"},
		&challenge.NewPasswordRequired{Issued: issued, NewPassword: secret(password), Attributes: map[string]string{"name": "Älice"}},
		&challenge.Password{Issued: issued, Password: secret(password)},
		&challenge.PasswordSRP{Issued: issued, A: a},
		&challenge.PasswordVerifier{Issued: issued, PasswordClaim: claim},
		&challenge.SelectChallenge{Issued: issued, Answer: "PASSWORD", Password: secret(password)},
		&challenge.SelectChallenge{Issued: issued, Answer: "PASSWORD_SRP", A: a},
		&challenge.SelectChallenge{Issued: issued, Answer: "EMAIL_OTP"},
		&challenge.SelectMFAType{Issued: issued, Answer: "SMS_MFA"},
		&challenge.SMSMFA{Issued: issued, Code: secret("123456")},
		&challenge.SMSOTP{Issued: issued, Code: secret("123456")},
		&challenge.SoftwareTokenMFA{Issued: issued, Code: secret("123456")},
		&challenge.WebAuthn{Issued: issued, Credential: secret(`{"id":"aWQ","rawId":"aWQ","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"ZGF0YQ","signature":"c2ln"}}`)},
	}
}

// everyOption sets all that goes with an answer.
func everyOption(o *challenge.CallOptions) {
	o.AnalyticsEndpointID = "endpoint-1"
	o.ClientMetadata = map[string]string{"shop": "1"}
	o.ContextData = &types.ContextDataType{
		IpAddress: aws.String("203.0.113.7"), ServerName: aws.String("example.com"), ServerPath: aws.String("/login"),
		HttpHeaders: []types.HttpHeader{{HeaderName: aws.String("User-Agent"), HeaderValue: aws.String("test")}},
		EncodedData: aws.String("fingerprint"),
	}
}

// marshal returns the JSON of an answer's request.
func marshal(t *testing.T, form challenge.Challenge, optFns ...func(*challenge.CallOptions)) string {
	t.Helper()
	config := challenge.Config{UserPoolID: userPoolID, ClientID: clientID, ClientSecret: challenge.NewSecret("not-so-secret")}
	in, err := config.AdminRespondInput(form, optFns...)
	if err != nil {
		t.Fatal(err)
	}
	text, err := challenge.MarshalAdminRespondInput(in)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestBuildersAgainstSchema: what every builder makes is valid by the JSON
// Schema, and the program sends it as it is.
func TestBuildersAgainstSchema(t *testing.T) {
	t.Parallel()
	schema := compileSchema(t)
	tested := make(map[types.ChallengeNameType]bool)
	for _, form := range forms() {
		tested[form.Name()] = true
		for _, options := range [][]func(*challenge.CallOptions){nil, {everyOption}} {
			text := marshal(t, form, options...)
			if err := schema.Validate(parseRequest(t, text)); err != nil {
				t.Errorf("%s: %v", form.Name(), err)
			}
			performs(t, parseRequest(t, text), "--cli-input-json", text)
		}
	}
	for _, name := range types.ChallengeNameType("").Values() {
		if !tested[name] {
			t.Errorf("there is no form of %s", name)
		}
	}
}

// TestSchemaRefuses: the schema says no where the service model does.
func TestSchemaRefuses(t *testing.T) {
	t.Parallel()
	schema := compileSchema(t)
	for name, change := range map[string]func(r map[string]any){
		"no pool":            func(r map[string]any) { delete(r, "UserPoolId") },
		"no client":          func(r map[string]any) { delete(r, "ClientId") },
		"no challenge":       func(r map[string]any) { delete(r, "ChallengeName") },
		"pool without name":  func(r map[string]any) { r["UserPoolId"] = "eu-west-1" },
		"pool too long":      func(r map[string]any) { r["UserPoolId"] = "eu-west-1_" + strings.Repeat("a", 46) },
		"pool is a number":   func(r map[string]any) { r["UserPoolId"] = 1.0 },
		"client with space":  func(r map[string]any) { r["ClientId"] = "a b" },
		"client is empty":    func(r map[string]any) { r["ClientId"] = "" },
		"unknown challenge":  func(r map[string]any) { r["ChallengeName"] = "EMAIL_MFA" },
		"response no text":   func(r map[string]any) { r["ChallengeResponses"] = map[string]any{"ANSWER": 123456.0} },
		"responses a list":   func(r map[string]any) { r["ChallengeResponses"] = []any{"ANSWER"} },
		"response too long":  func(r map[string]any) { r["ChallengeResponses"] = map[string]any{"A": strings.Repeat("a", 131073)} },
		"key too long":       func(r map[string]any) { r["ChallengeResponses"] = map[string]any{strings.Repeat("a", 131073): "A"} },
		"session too short":  func(r map[string]any) { r["Session"] = strings.Repeat("s", 19) },
		"session too long":   func(r map[string]any) { r["Session"] = strings.Repeat("s", 2049) },
		"analytics a text":   func(r map[string]any) { r["AnalyticsMetadata"] = "endpoint-1" },
		"endpoint no text":   func(r map[string]any) { r["AnalyticsMetadata"] = map[string]any{"AnalyticsEndpointId": true} },
		"metadata no text":   func(r map[string]any) { r["ClientMetadata"] = map[string]any{"shop": 1.0} },
		"context without IP": func(r map[string]any) { delete(r["ContextData"].(map[string]any), "IpAddress") },
		"headers no list":    func(r map[string]any) { r["ContextData"].(map[string]any)["HttpHeaders"] = map[string]any{} },
		"header no text": func(r map[string]any) {
			r["ContextData"].(map[string]any)["HttpHeaders"] = []any{map[string]any{"headerName": 1.0}}
		},
	} {
		r := parseRequest(t, request)
		if err := schema.Validate(r); err != nil {
			t.Fatal(err)
		}
		if change(r); schema.Validate(r) == nil {
			t.Errorf("%s: the schema takes it", name)
		}
	}
}
