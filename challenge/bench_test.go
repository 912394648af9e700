package challenge_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognito-go/cognitoauth/challenge"
)

// replying is an HTTP client in memory that gives the same reply always.
type replying []byte

func (r replying) Do(*http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode:    http.StatusOK,
		Header:        http.Header{"Content-Type": {"application/x-amz-json-1.1"}},
		Body:          io.NopCloser(bytes.NewReader(r)),
		ContentLength: int64(len(r)),
	}, nil
}

func benchSDK() *cip.Client {
	token := string(bytes.Repeat([]byte("t"), 1000))
	reply := `{"AuthenticationResult":{"AccessToken":"` + token + `","ExpiresIn":3600,"IdToken":"` + token +
		`","RefreshToken":"` + token + `","TokenType":"Bearer"},"ChallengeParameters":{}}`
	return cip.New(cip.Options{
		Region:     "eu-west-1",
		HTTPClient: replying(reply),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "id", SecretAccessKey: "key"}, nil
		}),
	})
}

var session = string(bytes.Repeat([]byte("s"), 1600))

func BenchmarkRespond(b *testing.B) {
	sdk := benchSDK()
	for name, transport := range map[string]challenge.Transport{"public": challenge.Public(sdk), "admin": challenge.Admin(sdk)} {
		b.Run(name, func(b *testing.B) {
			c := config
			c.Transport = transport
			client, err := challenge.New(c)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				form := &challenge.SMSMFA{Issued: challenge.Issued{Username: "alice", Session: secret(session)}, Code: secret("123456")}
				if _, err := client.Respond(b.Context(), form); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkSDKRespond(b *testing.B) {
	sdk := benchSDK()
	responses := map[string]string{"USERNAME": "alice", "SMS_MFA_CODE": "123456", "SECRET_HASH": aliceHash}
	b.Run("public", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := sdk.RespondToAuthChallenge(b.Context(), &cip.RespondToAuthChallengeInput{
				ChallengeName: "SMS_MFA", ClientId: aws.String("demo"), ChallengeResponses: responses, Session: aws.String(session),
			}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("admin", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := sdk.AdminRespondToAuthChallenge(b.Context(), &cip.AdminRespondToAuthChallengeInput{
				ChallengeName: "SMS_MFA", UserPoolId: aws.String("eu-west-1_AbCdEfGhI"), ClientId: aws.String("demo"), ChallengeResponses: responses, Session: aws.String(session),
			}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
