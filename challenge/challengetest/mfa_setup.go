package challengetest

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// A setupStage is how far an MFA_SETUP by software token has come. Each stage
// has a session of its own.
type setupStage int

const (
	setupAsked      setupStage = iota // the challenge
	setupAssociated                   // AssociateSoftwareToken returned it
	setupVerified                     // VerifySoftwareToken returned it
)

type mfaSetup struct{}

func (mfaSetup) issue(c *call, s *session) (map[string]string, error) {
	return map[string]string{"MFAS_CAN_SETUP": string(marshal(c.secondFactors))}, nil
}

// answer takes the session of VerifySoftwareToken and no parameter; one that
// is not needed is tolerated (moto's tests against AWS). Or it takes EMAIL and
// the challenge's own session, which is not documented, but Amplify does it.
// A phone number can't be set up here.
func (mfaSetup) answer(c *call) (*authReply, error) {
	switch s := c.session; {
	case s.setup == setupVerified:
		c.signIn.secondFactor = true
		return c.proceed()
	case s.setup == setupAsked && c.params["EMAIL"] != "":
		if !slices.Contains(c.secondFactors, types.ChallengeNameTypeEmailOtp) {
			return nil, factorNotOffered
		}
		user, host, _ := strings.Cut(c.params["EMAIL"], "@")
		if user == "" || host == "" {
			return nil, badSetupAddress
		}
		c.signIn.newEmail = c.params["EMAIL"]
		return c.ask(types.ChallengeNameTypeEmailOtp)
	}
	return nil, sessionInvalid
}
