package challenge_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cognito-go/cognitoauth/challenge"
)

// sdk stands in for the SDK's client and keeps its inputs.
type sdk struct {
	inputs []any
	region string // after the option functions
}

func (s *sdk) keep(in any, optFns []func(*cip.Options)) {
	s.inputs = append(s.inputs, in)
	var o cip.Options
	for _, fn := range optFns {
		fn(&o)
	}
	s.region = o.Region
}

var result = &types.AuthenticationResultType{
	AccessToken: aws.String("a"), IdToken: aws.String("i"), RefreshToken: aws.String("r"),
	ExpiresIn: 3600, TokenType: aws.String("Bearer"),
	NewDeviceMetadata: &types.NewDeviceMetadataType{DeviceKey: aws.String("k"), DeviceGroupKey: aws.String("-g")},
}

func (s *sdk) InitiateAuth(_ context.Context, in *cip.InitiateAuthInput, optFns ...func(*cip.Options)) (*cip.InitiateAuthOutput, error) {
	s.keep(in, optFns)
	return &cip.InitiateAuthOutput{ChallengeName: "SMS_MFA", Session: aws.String("s1"), AvailableChallenges: []types.ChallengeNameType{"SMS_OTP"}}, nil
}

func (s *sdk) AdminInitiateAuth(_ context.Context, in *cip.AdminInitiateAuthInput, optFns ...func(*cip.Options)) (*cip.AdminInitiateAuthOutput, error) {
	s.keep(in, optFns)
	return &cip.AdminInitiateAuthOutput{ChallengeName: "SMS_MFA", Session: aws.String("s1"), AvailableChallenges: []types.ChallengeNameType{"SMS_OTP"}}, nil
}

func (s *sdk) RespondToAuthChallenge(_ context.Context, in *cip.RespondToAuthChallengeInput, optFns ...func(*cip.Options)) (*cip.RespondToAuthChallengeOutput, error) {
	s.keep(in, optFns)
	return &cip.RespondToAuthChallengeOutput{AuthenticationResult: result}, nil
}

func (s *sdk) AdminRespondToAuthChallenge(_ context.Context, in *cip.AdminRespondToAuthChallengeInput, optFns ...func(*cip.Options)) (*cip.AdminRespondToAuthChallengeOutput, error) {
	s.keep(in, optFns)
	return &cip.AdminRespondToAuthChallengeOutput{AuthenticationResult: result}, nil
}

var (
	analytics   = &types.AnalyticsMetadataType{AnalyticsEndpointId: aws.String("endpoint")}
	metadata    = map[string]string{"k": "v"}
	contextData = &types.ContextDataType{
		IpAddress: aws.String("192.0.2.1"), ServerName: aws.String("example.com"), ServerPath: aws.String("/sign-in"),
		HttpHeaders: []types.HttpHeader{
			{HeaderName: aws.String("User-Agent"), HeaderValue: aws.String("a & b")},
			{HeaderName: aws.String("Accept"), HeaderValue: aws.String("*/*")},
		},
		EncodedData: aws.String("ZGF0YQ=="),
	}
	userContextData = &types.UserContextDataType{IpAddress: aws.String("192.0.2.1")}
)

func everyOption(o *challenge.CallOptions) {
	o.ContextData = contextData
	o.UserContextData = userContextData
	o.ClientMetadata = metadata
	o.AnalyticsEndpointID = "endpoint"
	o.SDK = append(o.SDK, func(o *cip.Options) { o.Region = "from the caller" })
}

// TestInputs has the whole input of each of the four operations.
func TestInputs(t *testing.T) {
	start := map[string]string{"USERNAME": "alice", "PASSWORD": "pw", "SECRET_HASH": aliceHash}
	answer := map[string]string{"USERNAME": "alice", "SMS_MFA_CODE": "1", "SECRET_HASH": aliceHash}
	api := &sdk{}
	for name, tt := range map[string]struct {
		transport challenge.Transport
		want      []any
	}{
		"public": {challenge.Public(api), []any{
			&cip.InitiateAuthInput{
				AuthFlow: "USER_PASSWORD_AUTH", ClientId: aws.String("demo"), AuthParameters: start,
				AnalyticsMetadata: analytics, ClientMetadata: metadata, UserContextData: userContextData,
			},
			&cip.RespondToAuthChallengeInput{
				ChallengeName: "SMS_MFA", ClientId: aws.String("demo"), ChallengeResponses: answer, Session: aws.String("s1"),
				AnalyticsMetadata: analytics, ClientMetadata: metadata, UserContextData: userContextData,
			},
		}},
		"admin": {challenge.Admin(api), []any{
			&cip.AdminInitiateAuthInput{
				AuthFlow: "ADMIN_USER_PASSWORD_AUTH", UserPoolId: aws.String("eu-west-1_AbCdEfGhI"), ClientId: aws.String("demo"), AuthParameters: start,
				AnalyticsMetadata: analytics, ClientMetadata: metadata, ContextData: contextData,
			},
			&cip.AdminRespondToAuthChallengeInput{
				ChallengeName: "SMS_MFA", UserPoolId: aws.String("eu-west-1_AbCdEfGhI"), ClientId: aws.String("demo"), ChallengeResponses: answer, Session: aws.String("s1"),
				AnalyticsMetadata: analytics, ClientMetadata: metadata, ContextData: contextData,
			},
		}},
	} {
		api.inputs = nil
		c := config
		c.Transport = tt.transport
		client, err := challenge.New(c)
		if err != nil {
			t.Fatal(err)
		}
		step, err := client.Start(t.Context(), challenge.UserPassword{Username: "alice", Password: secret("pw")}, everyOption)
		if err != nil {
			t.Fatal(err)
		}
		if api.region != "from the caller" {
			t.Errorf("%s: the start lacks the SDK option", name)
		}
		sms := step.(*challenge.SMSMFA)
		if diff := cmp.Diff([]types.ChallengeNameType{"SMS_OTP"}, sms.AvailableChallenges); diff != "" {
			t.Errorf("%s: AvailableChallenges (-want +got):\n%s", name, diff)
		}
		sms.Code = secret("1")
		api.region = ""
		step, err = client.Respond(t.Context(), sms, everyOption)
		if err != nil {
			t.Fatal(err)
		}
		if api.region != "from the caller" {
			t.Errorf("%s: the answer lacks the SDK option", name)
		}
		if diff := cmp.Diff(tt.want, api.inputs, unexported); diff != "" {
			t.Errorf("%s: inputs (-want +got):\n%s", name, diff)
		}
		tokens := &challenge.Tokens{
			Username: "alice", AccessToken: secret("a"), IDToken: secret("i"), RefreshToken: secret("r"),
			TokenType: "Bearer", ExpiresIn: 3600e9, NewDevice: &challenge.NewDevice{DeviceKey: "k", DeviceGroupKey: "-g"},
		}
		if diff := cmp.Diff(challenge.Step(tokens), step); diff != "" {
			t.Errorf("%s: tokens (-want +got):\n%s", name, diff)
		}

		// The builders make the same inputs, without a client.
		got, err := []func() (any, error){
			func() (any, error) { return config.RespondInput(sms, everyOption) },
			func() (any, error) { return config.AdminRespondInput(sms, everyOption) },
		}[map[string]int{"public": 0, "admin": 1}[name]]()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want[1], got, unexported); diff != "" {
			t.Errorf("%s: built input (-want +got):\n%s", name, diff)
		}
	}
}

var unexported = cmpopts.IgnoreUnexported(
	cip.InitiateAuthInput{}, cip.RespondToAuthChallengeInput{},
	cip.AdminInitiateAuthInput{}, cip.AdminRespondToAuthChallengeInput{},
	types.AnalyticsMetadataType{}, types.ContextDataType{}, types.UserContextDataType{}, types.HttpHeader{},
)

func TestAbsentMembersStayAbsent(t *testing.T) {
	in, err := config.AdminRespondInput(&challenge.PasswordVerifier{
		Issued: challenge.Issued{Username: "alice"}, PasswordClaim: claim,
	})
	if err != nil {
		t.Fatal(err)
	}
	if in.Session != nil || in.AnalyticsMetadata != nil || in.ContextData != nil || in.ClientMetadata != nil {
		t.Errorf("got %v %v %v %v, expected none of these members", in.Session != nil, in.AnalyticsMetadata, in.ContextData, in.ClientMetadata)
	}
}

// TestOnlyTheAdminAPIAnswersAdminNoSRPAuth: by the other it is not sent.
func TestOnlyTheAdminAPIAnswersAdminNoSRPAuth(t *testing.T) {
	ch := &challenge.AdminNoSRPAuth{Issued: issued, Password: secret("pw")}
	if _, err := config.AdminRespondInput(ch); err != nil {
		t.Error(err)
	}
	in, err := config.RespondInput(ch)
	if e := challenge.InvalidErrors(err); in != nil || len(e) != 1 || e[0].Challenge != ch.Name() {
		t.Errorf("got %v, %v", in, err)
	}

	api := &sdk{}
	withAPI := config
	withAPI.Transport = challenge.Public(api)
	client, err := challenge.New(withAPI)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Respond(t.Context(), ch); len(challenge.InvalidErrors(err)) != 1 || len(api.inputs) != 0 {
		t.Errorf("sent %v: %v", api.inputs, err)
	}
}
