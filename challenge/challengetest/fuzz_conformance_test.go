package challengetest_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

// FuzzCheckConformance replies to the requests of a check with the lines of a
// text, one each, of which those with an error type are refusals. Whatever they
// are, the check ends, and tells nothing that is secret. The seeds are what the
// pool replies, and shorter ones with what was once thought of.
func FuzzCheckConformance(f *testing.F) {
	const session = `"Session":"ssssssssssssssssssssssss"`
	for _, seed := range []string{
		`{"ChallengeName":"SELECT_MFA_TYPE","ChallengeParameters":{"MFAS_CAN_CHOOSE":"[]"},` + session + `}`,
		`{"ChallengeName":"DEVICE_PASSWORD_VERIFIER","ChallengeParameters":{"SALT":"0","SRP_B":"2","SECRET_BLOCK":"AAAA"}}`,
		`{"AuthenticationResult":{"AccessToken":"e30.eyJzdWIiOnt9LCJqdGkiOltdfQ.x","IdToken":"e30.eyJzdWIiOnt9LCJqdGkiOltdfQ.x"}}`,
		`{"ChallengeName":"PASSWORD_VERIFIER","ChallengeParameters":{"SALT":"","SRP_B":"0","SECRET_BLOCK":"!"}}`,
		"{}\n" + `{"__type":"NotAuthorizedException"}` + "\n\x00",
	} {
		for kind := range fuzzedSignIns {
			f.Add(kind, seed)
		}
	}
	for kind := range fuzzedSignIns {
		var text bytes.Buffer
		p, c := hostile(f, kind)
		challengetest.CheckConformance(f.Context(), p.Client(func(o *cip.Options) {
			next := o.HTTPClient
			o.HTTPClient = smithyhttp.ClientDoFunc(func(r *http.Request) (*http.Response, error) {
				reply, err := next.Do(r)
				if err != nil {
					return nil, err
				}
				line, err := io.ReadAll(reply.Body)
				text.Write(append(line, '\n'))
				reply.Body = io.NopCloser(bytes.NewReader(line))
				return reply, err
			})
		}), c)
		f.Add(kind, text.String())
	}
	f.Fuzz(func(t *testing.T, kind int, text string) {
		if _, ok := fuzzedSignIns[kind]; !ok {
			t.Skip()
		}
		p, c := hostile(t, kind)
		err := challengetest.CheckConformance(t.Context(), p.Client(func(o *cip.Options) {
			o.Retryer = aws.NopRetryer{}
			o.HTTPClient = smithyhttp.ClientDoFunc(func(*http.Request) (*http.Response, error) {
				line, rest, _ := strings.Cut(text, "\n")
				if rest != "" {
					text = rest
				}
				status := http.StatusOK
				if strings.HasPrefix(line, `{"__type"`) {
					status = http.StatusBadRequest
				}
				return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(line))}, nil
			})
		}), c)
		if err != nil && strings.Contains(err.Error(), right) {
			t.Errorf("tells a secret: %v", err)
		}
	})
}

// fuzzedSignIns are those that are examined; at 0, a passkey and what comes
// before the sign-ins.
var fuzzedSignIns = map[int]map[types.AuthFlowType][]challengetest.User{
	0: {byChoice: {someone("choice")}},
	1: {byPassword: {newcomer(someone("newcomer"))}},
	2: {bySRP: {someone("sms", sms)}},
	3: {byCustom: {{Username: "custom"}}},
	4: {byChoice: {fresh("choice", token, email)}},
	5: {byAdmin: {mailer()}},
}

func hostile(t testing.TB, kind int) (*challengetest.Pool, challengetest.Conformance) {
	config := challengetest.Config{DeviceConfiguration: always, FirstFactors: types.AuthFactorType("").Values()}
	if kind != 0 {
		config.MFA = types.UserPoolMfaTypeOn
	}
	return described(t, config, "", "LEGACY", fuzzedSignIns[kind])
}
