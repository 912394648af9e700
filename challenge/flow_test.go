package challenge_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/cognito-go/cognitoauth/challenge"
)

const fresh = "(a fresh SRP_A)" // stands for a value that differs every time

// TestFlows has the AuthParameters of every flow.
func TestFlows(t *testing.T) {
	device := &challenge.Device{DeviceKey: "k", DeviceGroupKey: "g", Password: secret("device password")}
	for name, tt := range map[string]struct {
		flow    challenge.Flow
		device  *challenge.Device
		want    types.AuthFlowType
		params  map[string]string
		session string
	}{
		"srp": {
			flow: challenge.UserSRP{Username: "alice", Password: secret("pw")},
			want: "USER_SRP_AUTH", params: map[string]string{"USERNAME": "alice", "SRP_A": fresh},
		},
		"password": {
			flow: challenge.UserPassword{Username: "alice", Password: secret("pw")},
			want: "USER_PASSWORD_AUTH", params: map[string]string{"USERNAME": "alice", "PASSWORD": "pw"},
		},
		"custom": {
			flow: challenge.Custom{Username: "alice"},
			want: "CUSTOM_AUTH", params: map[string]string{"USERNAME": "alice"},
		},
		"custom with SRP": {
			flow: challenge.Custom{Username: "alice", Password: secret("pw")},
			want: "CUSTOM_AUTH", params: map[string]string{"USERNAME": "alice", "CHALLENGE_NAME": "SRP_A", "SRP_A": fresh},
		},
		"choice": {
			flow: challenge.Choice{Username: "alice"},
			want: "USER_AUTH", params: map[string]string{"USERNAME": "alice"},
		},
		"choice of password": {
			flow: challenge.Choice{Username: "alice", Preferred: "PASSWORD", Password: secret("pw")},
			want: "USER_AUTH", params: map[string]string{"USERNAME": "alice", "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": "pw"},
		},
		"choice of SRP": {
			flow: challenge.Choice{Username: "alice", Preferred: "PASSWORD_SRP", Password: secret("pw")},
			want: "USER_AUTH", params: map[string]string{"USERNAME": "alice", "PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": fresh},
		},
		"choice of password, to be asked for": {
			flow: challenge.Choice{Username: "alice", Preferred: "PASSWORD"},
			want: "USER_AUTH", params: map[string]string{"USERNAME": "alice", "PREFERRED_CHALLENGE": "PASSWORD"},
		},
		"choice of SRP, to be asked for": {
			flow: challenge.Choice{Username: "alice", Preferred: "PASSWORD_SRP"},
			want: "USER_AUTH", params: map[string]string{"USERNAME": "alice", "PREFERRED_CHALLENGE": "PASSWORD_SRP"},
		},
		"choice of passkey": {
			flow: challenge.Choice{Username: "alice", Preferred: "WEB_AUTHN"},
			want: "USER_AUTH", params: map[string]string{"USERNAME": "alice", "PREFERRED_CHALLENGE": "WEB_AUTHN"},
		},
		"choice after sign-up": {
			flow: challenge.Choice{Username: "alice", Session: secret("sign-up")},
			want: "USER_AUTH", params: map[string]string{"USERNAME": "alice"}, session: "sign-up",
		},
		"refresh": {
			flow: challenge.Refresh{RefreshToken: secret("r"), Username: "alice"},
			want: "REFRESH_TOKEN_AUTH", params: map[string]string{"REFRESH_TOKEN": "r"},
		},
		"with a device": {
			flow: challenge.UserPassword{Username: "alice", Password: secret("pw")}, device: device,
			want: "USER_PASSWORD_AUTH", params: map[string]string{"USERNAME": "alice", "PASSWORD": "pw", "DEVICE_KEY": "k"},
		},
		"refresh with a device": {
			flow: challenge.Refresh{RefreshToken: secret("r"), Username: "alice"}, device: device,
			want: "REFRESH_TOKEN_AUTH", params: map[string]string{"REFRESH_TOKEN": "r", "DEVICE_KEY": "k"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			client, s := newClient(t, signedIn)
			if _, err := client.Start(t.Context(), tt.flow, func(o *challenge.CallOptions) { o.Device = tt.device }); err != nil {
				t.Fatal(err)
			}
			r := s.initiated[0]
			got := r.Parameters.Map()
			if len(got["SRP_A"]) > 700 {
				got["SRP_A"] = fresh
			}
			tt.params["SECRET_HASH"] = aliceHash
			if diff := cmp.Diff(tt.params, got); diff != "" {
				t.Errorf("AuthParameters (-want +got):\n%s", diff)
			}
			if r.Flow != tt.want || r.Session.Reveal() != tt.session {
				t.Errorf("flow %s, session %q, expected %s, %q", r.Flow, r.Session.Reveal(), tt.want, tt.session)
			}
		})
	}
}

func TestFlowsAreChecked(t *testing.T) {
	for name, tt := range map[string]struct {
		flow   challenge.Flow
		device *challenge.Device
		want   []string
	}{
		"srp":               {flow: challenge.UserSRP{}, want: []string{"Username", "Password"}},
		"password":          {flow: challenge.UserPassword{}, want: []string{"Username", "Password"}},
		"custom":            {flow: challenge.Custom{}, want: []string{"Username"}},
		"choice":            {flow: challenge.Choice{}, want: []string{"Username"}},
		"choice of SMS_MFA": {flow: challenge.Choice{Username: "u", Preferred: "SMS_MFA"}, want: []string{"Preferred"}},
		"needless password": {flow: challenge.Choice{Username: "u", Password: secret("p")}, want: []string{"Password"}},
		"refresh":           {flow: challenge.Refresh{}, want: []string{"RefreshToken", "Username"}},
		"nil":               {flow: nil, want: []string{"flow"}},
		"nil pointer":       {flow: (*challenge.UserSRP)(nil), want: []string{"flow"}},
		"empty device": {
			flow: challenge.Custom{}, device: &challenge.Device{},
			want: []string{"Username", "Device.DeviceKey", "Device.DeviceGroupKey", "Device.Password"},
		},
	} {
		client, s := newClient(t, signedIn)
		_, err := client.Start(t.Context(), tt.flow, func(o *challenge.CallOptions) { o.Device = tt.device })
		var fields []string
		for _, e := range joined(err) {
			var invalid *challenge.InvalidError
			if !errors.As(e, &invalid) {
				t.Fatalf("%s: got %T", name, e)
			}
			fields = append(fields, invalid.Field)
		}
		if diff := cmp.Diff(tt.want, fields); diff != "" {
			t.Errorf("%s: %v: fields (-want +got):\n%s", name, err, diff)
		}
		if len(s.initiated) > 0 {
			t.Errorf("%s: a call was made", name)
		}
	}
}

func TestRefreshKeepsTheToken(t *testing.T) {
	for name, tt := range map[string]struct {
		came, want string
	}{
		"none came": {"", "old"},
		"a new one": {"new", "new"},
	} {
		client, _ := newClient(t, &challenge.Reply{Tokens: &challenge.Tokens{AccessToken: secret("a"), RefreshToken: secret(tt.came)}})
		step, err := client.Start(t.Context(), challenge.Refresh{RefreshToken: secret("old"), Username: "alice"})
		if err != nil {
			t.Fatal(err)
		}
		tokens := step.(*challenge.Tokens)
		if got := tokens.RefreshToken.Reveal(); got != tt.want || tokens.Username != "alice" {
			t.Errorf("%s: kept %q for %q", name, got, tokens.Username)
		}
	}
}

type refreshAPI struct {
	in  *cip.GetTokensFromRefreshTokenInput
	out *types.AuthenticationResultType
}

func (r *refreshAPI) GetTokensFromRefreshToken(_ context.Context, in *cip.GetTokensFromRefreshTokenInput, _ ...func(*cip.Options)) (*cip.GetTokensFromRefreshTokenOutput, error) {
	r.in = in
	return &cip.GetTokensFromRefreshTokenOutput{AuthenticationResult: r.out}, nil
}

func TestGetTokensFromRefreshToken(t *testing.T) {
	client, _ := newClient(t)
	api := &refreshAPI{out: &types.AuthenticationResultType{AccessToken: aws.String("a"), RefreshToken: aws.String("new")}}
	device := &challenge.Device{DeviceKey: "k", DeviceGroupKey: "g", Password: secret("p")}
	tokens, err := client.GetTokensFromRefreshToken(t.Context(), api, challenge.Refresh{RefreshToken: secret("old")},
		func(o *challenge.CallOptions) { o.Device, o.ClientMetadata = device, metadata })
	if err != nil {
		t.Fatal(err)
	}
	if got := tokens.RefreshToken.Reveal(); got != "new" {
		t.Errorf("kept refresh token %q", got)
	}
	in := api.in
	if aws.ToString(in.ClientSecret) != "secret" || aws.ToString(in.ClientId) != "demo" || aws.ToString(in.RefreshToken) != "old" ||
		aws.ToString(in.DeviceKey) != "k" || !cmp.Equal(in.ClientMetadata, metadata) {
		t.Error("the input is not what was given") // and holds secrets
	}

	api.out = &types.AuthenticationResultType{AccessToken: aws.String("a")}
	if tokens, err = client.GetTokensFromRefreshToken(t.Context(), api, challenge.Refresh{RefreshToken: secret("old")}); err != nil {
		t.Fatal(err)
	}
	if got := tokens.RefreshToken.Reveal(); got != "old" {
		t.Errorf("lost the refresh token: %q", got)
	}
	if api.in.DeviceKey != nil {
		t.Error("a DeviceKey is sent although there is no device")
	}

	var malformed *challenge.MalformedError
	api.out = nil
	if _, err = client.GetTokensFromRefreshToken(t.Context(), api, challenge.Refresh{RefreshToken: secret("old")}); !errors.As(err, &malformed) {
		t.Errorf("got %v for a reply without tokens", err)
	}
	api.in = nil
	var invalid *challenge.InvalidError
	if _, err = client.GetTokensFromRefreshToken(t.Context(), api, challenge.Refresh{}); !errors.As(err, &invalid) || api.in != nil {
		t.Errorf("got %v without a refresh token", err)
	}
}
