package challenge

import "context"

// MaxAnswers is how often [Client.SignIn] calls its answer function before it
// gives up. A sign-in has five or six steps at the most; the rest is for wrong
// answers.
const MaxAnswers = 25

// Attempt tells the answering function of [Client.SignIn] what happened to its
// last answer.
type Attempt struct {
	// Number is 1 when the challenge is asked for the first time, and counts
	// up when it is asked again because the answer was wrong.
	Number int

	// Err is why the answer before was refused: an [*Error] such as [BadCode],
	// or what [*InvalidError] says about the filled-in form. Nil for Number 1.
	Err error
}

// SignIn runs a whole sign-in for callers with one function to answer with: a
// terminal, a robot, a test. answer is called with each challenge and fills it
// in; an error that it returns ends the sign-in and is returned as it is.
//
// After an answer that was wrong while the session is still good ([AskAgain]),
// SignIn calls answer again with the same challenge. Any other error ends the
// sign-in, and
// so do more than [MaxAnswers] answers; then the last answer's error, if there
// is one, is returned. (A wrong answer to [CustomChallenge] is no error: it
// arrives as a new challenge.)
func (c *Client) SignIn(ctx context.Context, flow Flow, answer func(context.Context, Challenge, Attempt) error, optFns ...func(*CallOptions)) (*Tokens, error) {
	step, err := c.Start(ctx, flow, optFns...)
	if err != nil {
		return nil, err
	}
	attempt := Attempt{Number: 1}
	for range MaxAnswers {
		challenge, ok := step.(Challenge)
		if !ok {
			break
		}
		if err := answer(ctx, challenge, attempt); err != nil {
			return nil, err
		}
		next, err := c.Respond(ctx, challenge, optFns...)
		switch {
		case err == nil:
			step, attempt = next, Attempt{Number: 1}
		case AskAgain(err):
			attempt = Attempt{Number: attempt.Number + 1, Err: err}
		default:
			return nil, err
		}
	}
	if tokens, ok := step.(*Tokens); ok {
		return tokens, nil
	}
	if attempt.Err != nil {
		return nil, attempt.Err
	}
	return nil, &MalformedError{Key: "ChallengeName", Problem: "came again and again without an end"}
}
