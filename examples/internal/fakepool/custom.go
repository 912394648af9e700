package fakepool

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

// maxAnswers is how often a riddle can be answered in one sign-in.
const maxAnswers = 3

// A riddle is what CUSTOM_AUTH asks of every user, after a proof of the password
// if the client begins with one.
type riddle struct {
	question string
	answer   challenge.Secret
}

// custom reads the riddle, and sets the triggers that ask it.
func custom(to *challengetest.Triggers) reader {
	return func(path string, value json.RawMessage) error {
		var r riddle
		err := object{"question": text(&r.question), "answer": secret(&r.answer)}.read(path, value)
		if err != nil {
			return err
		}
		*to = challengetest.Triggers{
			DefineAuthChallenge:         r.define,
			CreateAuthChallenge:         r.create,
			VerifyAuthChallengeResponse: r.verify,
		}
		var problems []error
		if r.question == "" {
			problems = append(problems, fmt.Errorf("%s.question: missing", path))
		}
		if r.answer.IsZero() {
			problems = append(problems, fmt.Errorf("%s.answer: missing", path))
		}
		return errors.Join(problems...)
	}
}

// define decides what is asked next.
func (r riddle) define(request challengetest.DefineAuthChallengeRequest) (response challengetest.DefineAuthChallengeResponse, _ error) {
	wrong := 0
	for _, result := range request.Session {
		switch {
		case result.ChallengeName != types.ChallengeNameTypeCustomChallenge:
		case result.ChallengeResult:
			response.IssueTokens = true
			return response, nil
		default:
			wrong++
		}
	}
	switch n := len(request.Session); {
	case wrong == maxAnswers:
		response.FailAuthentication = true
	case n > 0 && request.Session[n-1].ChallengeName == "SRP_A":
		response.ChallengeName = types.ChallengeNameTypePasswordVerifier
	default:
		response.ChallengeName = types.ChallengeNameTypeCustomChallenge
	}
	return response, nil
}

func (r riddle) create(challengetest.CreateAuthChallengeRequest) (challengetest.CreateAuthChallengeResponse, error) {
	return challengetest.CreateAuthChallengeResponse{
		PublicChallengeParameters: map[string]string{"question": r.question},
	}, nil
}

func (r riddle) verify(request challengetest.VerifyAuthChallengeResponseRequest) (challengetest.VerifyAuthChallengeResponseResponse, error) {
	return challengetest.VerifyAuthChallengeResponseResponse{
		AnswerCorrect: request.ChallengeAnswer.Equal(r.answer),
	}, nil
}
