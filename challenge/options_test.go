package challenge_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/cognito-go/cognitoauth/challenge"
)

// wire notes what is sent, as JSON, and sends it on.
type wire struct {
	next  cip.HTTPClient
	calls *[]sent
}

type sent struct {
	operation string
	body      map[string]any
}

func (w wire) Do(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	call := sent{operation: operation}
	if err := json.Unmarshal(body, &call.body); err != nil {
		return nil, err
	}
	*w.calls = append(*w.calls, call)
	r.Body = io.NopCloser(bytes.NewReader(body))
	return w.next.Do(r)
}

// TestOptionsReachEveryCall gives all options to a sign-in whose steps are
// answered inside: each call must carry them, on the wire.
func TestOptionsReachEveryCall(t *testing.T) {
	p, _ := firsts[0].then(seconds[len(seconds)-1])
	if p.name != "USER_SRP_AUTH, a remembered device" {
		t.Fatalf("the path is %q", p.name)
	}
	httpHeaders := []types.HttpHeader{{HeaderName: aws.String("User-Agent"), HeaderValue: aws.String("x")}}
	for api, operations := range map[string][]string{
		"public": {"InitiateAuth", "RespondToAuthChallenge", "RespondToAuthChallenge", "RespondToAuthChallenge"},
		"admin":  {"AdminInitiateAuth", "AdminRespondToAuthChallenge", "AdminRespondToAuthChallenge", "AdminRespondToAuthChallenge"},
	} {
		w := newWorld(t, p, api, secret("the client's secret"))
		var calls []sent
		options := func(o *challenge.CallOptions) {
			o.Device = w.device
			o.ClientMetadata = map[string]string{"k": "v"}
			o.AnalyticsEndpointID = "endpoint"
			o.ContextData = &types.ContextDataType{
				IpAddress: aws.String("192.0.2.1"), ServerName: aws.String("n"), ServerPath: aws.String("/"), HttpHeaders: httpHeaders,
			}
			o.UserContextData = &types.UserContextDataType{IpAddress: aws.String("192.0.2.1")}
			o.SDK = append(o.SDK, func(o *cip.Options) { o.HTTPClient = wire{o.HTTPClient, &calls} })
		}
		tokens, err := w.client.SignIn(t.Context(), challenge.UserSRP{Username: "alice", Password: secret(rightWord)}, w.answer, options)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, call := range calls {
			got = append(got, call.operation)
			want := map[string]any{
				"ClientMetadata":    map[string]any{"k": "v"},
				"AnalyticsMetadata": map[string]any{"AnalyticsEndpointId": "endpoint"},
			}
			if api == "admin" {
				want["ContextData"] = map[string]any{
					"IpAddress": "192.0.2.1", "ServerName": "n", "ServerPath": "/",
					"HttpHeaders": []any{map[string]any{"headerName": "User-Agent", "headerValue": "x"}},
				}
			} else {
				want["UserContextData"] = map[string]any{"IpAddress": "192.0.2.1"}
			}
			for member, value := range want {
				if diff := cmp.Diff(value, call.body[member]); diff != "" {
					t.Errorf("%s: %s (-want +got):\n%s", call.operation, member, diff)
				}
			}
			params, ok := call.body["ChallengeResponses"].(map[string]any)
			if !ok {
				params, _ = call.body["AuthParameters"].(map[string]any)
			}
			if params["DEVICE_KEY"] != w.device.DeviceKey {
				t.Errorf("%s %v: DEVICE_KEY is %v", call.operation, call.body["ChallengeName"], params["DEVICE_KEY"])
			}
		}
		if diff := cmp.Diff(operations, got); diff != "" {
			t.Errorf("%s: operations (-want +got):\n%s", api, diff)
		}

		calls = nil
		if _, err := w.client.GetTokensFromRefreshToken(t.Context(), w.sdk, challenge.Refresh{RefreshToken: tokens.RefreshToken}, options); err != nil {
			t.Fatal(err)
		}
		if len(calls) != 1 || calls[0].body["DeviceKey"] != w.device.DeviceKey || !cmp.Equal(calls[0].body["ClientMetadata"], map[string]any{"k": "v"}) {
			t.Errorf("GetTokensFromRefreshToken was sent %d times, with %v", len(calls), calls)
		}
	}
}

// TestOptionsOfSingleCalls: those calls that are not part of a sign-in's steps
// pass the SDK's options on.
func TestOptionsOfSingleCalls(t *testing.T) {
	p := path{name: "enrolment", flow: userSRP, device: true}
	w := newWorld(t, p, "public", challenge.Secret{})
	var calls []sent
	option := func(o *cip.Options) { o.HTTPClient = wire{o.HTTPClient, &calls} }

	tokens, err := w.signIn(false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := challenge.AssociateSoftwareToken(t.Context(), w.sdk, tokens.AccessToken, option); err != nil {
		t.Error(err)
	}
	if err := challenge.VerifySoftwareToken(t.Context(), w.sdk, tokens.AccessToken, w.totp(false), "phone", option); err != nil {
		t.Error(err)
	}
	w.device = nil
	if tokens, err = w.signIn(false); err != nil {
		t.Fatal(err)
	}
	if _, _, err := challenge.ConfirmDevice(t.Context(), w.sdk, tokens, "laptop", option); err != nil {
		t.Error(err)
	}
	var got []string
	for _, call := range calls {
		got = append(got, call.operation)
	}
	if diff := cmp.Diff([]string{"AssociateSoftwareToken", "VerifySoftwareToken", "ConfirmDevice"}, got); diff != "" {
		t.Errorf("operations (-want +got):\n%s", diff)
	}
}

// TestOptionsAreChecked: what the SDK would refuse is said by its name, before
// anything is sent.
func TestOptionsAreChecked(t *testing.T) {
	bad := func(o *challenge.CallOptions) {
		o.ContextData = &types.ContextDataType{ServerName: aws.String("")}
		o.Device = &challenge.Device{DeviceKey: "eu-west-1_d"}
		o.ClientMetadata = map[string]string{"a": "\xff", "b": "fine", "c": strings.Repeat("c", 131073)}
	}
	want := []string{`ClientMetadata["a"]`, `ClientMetadata["c"]`, "ContextData.IpAddress", "ContextData.ServerPath", "ContextData.HttpHeaders", "Device.DeviceGroupKey", "Device.Password"}
	client, s := newClient(t)
	_, started := client.Start(t.Context(), challenge.UserSRP{Username: "alice", Password: secret("pw")}, bad)
	_, answered := client.Respond(t.Context(), filled["SMS_MFA"].form(), bad)
	_, built := config.AdminRespondInput(filled["SMS_MFA"].form(), bad)
	for name, err := range map[string]error{"Start": started, "Respond": answered, "AdminRespondInput": built} {
		var fields []string
		for _, e := range challenge.InvalidErrors(err) {
			fields = append(fields, e.Field)
		}
		if diff := cmp.Diff(want, fields); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", name, diff)
		}
	}
	if len(s.initiated)+len(s.responded) > 0 {
		t.Error("something was sent")
	}
}

// TestCarriedDevice: the key that Cognito named goes with the answer, also when
// the caller's device has another one.
func TestCarriedDevice(t *testing.T) {
	ch := &challenge.SMSMFA{Issued: issued, Code: secret("1")}
	ch.DeviceKey = "eu-west-1_carried"
	in, err := config.AdminRespondInput(ch, func(o *challenge.CallOptions) {
		o.Device = &challenge.Device{DeviceKey: "eu-west-1_another", DeviceGroupKey: "g", Password: secret("p")}
	})
	if err != nil || in.ChallengeResponses["DEVICE_KEY"] != "eu-west-1_carried" {
		t.Errorf("got %v, %v", in, err)
	}
}

// TestChoicesAreACopy: what a page does with them does not change the check.
func TestChoicesAreACopy(t *testing.T) {
	ch := &challenge.SelectMFAType{Issued: issued, CanChoose: []types.ChallengeNameType{"SMS_MFA"}, Answer: "SMS_MFA"}
	for _, field := range challenge.Fields(ch) {
		if field.Key == "ANSWER" {
			field.Choices[0] = "EMAIL_OTP"
		}
	}
	if _, err := ch.ChallengeResponses(); err != nil {
		t.Error(err)
	}
}
