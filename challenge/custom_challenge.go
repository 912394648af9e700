package challenge

import "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

// CustomChallenge is CUSTOM_CHALLENGE: the user pool's own Lambda triggers ask
// something. What they ask stands in Issued.Parameters: the
// publicChallengeParameters of the Create Auth Challenge trigger, and a
// USERNAME that Cognito adds.
//
// A wrong answer is no error here: Cognito then issues the challenge once more
// with a new session, until the Define Auth Challenge trigger gives up, which
// arrives as [BadCredentials].
type CustomChallenge struct {
	Issued

	// Answer is the user's answer, any text. Required.
	Answer Secret
}

var _ Challenge = (*CustomChallenge)(nil)

// Name returns CUSTOM_CHALLENGE.
func (c *CustomChallenge) Name() types.ChallengeNameType {
	return types.ChallengeNameTypeCustomChallenge
}

func (c *CustomChallenge) decode(*decoder) {}

func (c *CustomChallenge) fields() []input {
	return []input{hidden("Answer", "ANSWER", &c.Answer)}
}

// ChallengeResponses implements [Challenge]; its own key is ANSWER.
func (c *CustomChallenge) ChallengeResponses() (map[string]string, error) { return answer(c).done() }
