package main

import (
	"fmt"
	"strings"

	"rsc.io/qr"

	"github.com/cognito-go/cognitoauth/challenge"
)

// qrCode is a QR code as an SVG path: no image to be loaded, no style.
type qrCode struct {
	Size int
	Path string
}

// quiet is the width of the margin that the standard wants, in modules.
const quiet = 4

func drawQR(text challenge.Secret) (*qrCode, error) {
	code, err := qr.Encode(text.Reveal(), qr.M)
	if err != nil {
		return nil, err
	}
	var path strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			if !code.Black(x, y) {
				continue
			}
			from := x
			for x+1 < code.Size && code.Black(x+1, y) {
				x++
			}
			width := x - from + 1
			fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", from+quiet, y+quiet, width, width)
		}
	}
	return &qrCode{code.Size + 2*quiet, path.String()}, nil
}

// grouped makes a key readable: four characters, a space, and so on.
func grouped(key string) string {
	var b strings.Builder
	for i, c := range key {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
	}
	return b.String()
}
