package challengetest_test

import (
	"context"
	"fmt"
	"log"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

// Custom challenges: the pool asks what the three triggers say, here a riddle
// that can be guessed as often as one likes.
func ExampleTriggers() {
	pool, err := challengetest.NewPool(challengetest.Config{
		Users: []challengetest.User{{Username: "alice"}},
		Triggers: challengetest.Triggers{
			DefineAuthChallenge: func(r challengetest.DefineAuthChallengeRequest) (challengetest.DefineAuthChallengeResponse, error) {
				if n := len(r.Session); n > 0 && r.Session[n-1].ChallengeResult {
					return challengetest.DefineAuthChallengeResponse{IssueTokens: true}, nil
				}
				return challengetest.DefineAuthChallengeResponse{ChallengeName: "CUSTOM_CHALLENGE"}, nil
			},
			CreateAuthChallenge: func(challengetest.CreateAuthChallengeRequest) (challengetest.CreateAuthChallengeResponse, error) {
				return challengetest.CreateAuthChallengeResponse{
					PublicChallengeParameters:  map[string]string{"question": "What is 6 times 7?"},
					PrivateChallengeParameters: challenge.NewParams(map[string]string{"answer": "42"}),
				}, nil
			},
			VerifyAuthChallengeResponse: func(r challengetest.VerifyAuthChallengeResponseRequest) (challengetest.VerifyAuthChallengeResponseResponse, error) {
				return challengetest.VerifyAuthChallengeResponseResponse{
					AnswerCorrect: r.ChallengeAnswer.Reveal() == r.PrivateChallengeParameters.Get("answer"),
				}, nil
			},
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	client, err := challenge.New(challenge.Config{
		UserPoolID: pool.UserPoolID(),
		ClientID:   challengetest.DefaultClientID,
		Transport:  challenge.Public(pool.Client()),
	})
	if err != nil {
		log.Fatal(err)
	}

	guesses := []string{"41", "42"}
	tokens, err := client.SignIn(context.Background(), challenge.Custom{Username: "alice"},
		func(_ context.Context, c challenge.Challenge, _ challenge.Attempt) error {
			riddle := c.(*challenge.CustomChallenge)
			fmt.Println(riddle.Parameters.Get("question"), guesses[0])
			riddle.Answer, guesses = challenge.NewSecret(guesses[0]), guesses[1:]
			return nil
		})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("signed in as", tokens.Username)
	// Output:
	// What is 6 times 7? 41
	// What is 6 times 7? 42
	// signed in as alice
}
