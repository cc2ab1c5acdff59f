package report

import "hash/maphash"

// texts keeps short texts that came before: words of scales, digests of layers and vectors come a million times, and each takes memory only once. A
// text takes the place of another, so that there are never more than these. The zero value is ready; nil keeps none.
type texts [512]string

// longestKept is how long a text may be that is kept: a digest fits.
const longestKept = 80

var seed = maphash.MakeSeed()

// of gives the text.
func (t *texts) of(text []byte) string {
	if t == nil || len(text) > longestKept {
		return string(text)
	}
	kept := &t[maphash.Bytes(seed, text)%uint64(len(t))]
	if *kept != string(text) {
		*kept = string(text)
	}
	return *kept
}
