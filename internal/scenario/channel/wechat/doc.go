// Package wechat speaks with people in the city's official account: text, pictures, places and recognised speech in, answers
// within the platform's five seconds out, template messages later.
//
// The platform calls in its safe mode: messages under AES (crypt.go), with a signature over the token and what is sealed.
// Plain messages are not taken. What somebody says is gathered piece by piece as a draft of work/request until they send "完成" or ten minutes pass; pictures are fetched
// afterwards, through an access token that all processes share and one renews. The user's openid is the platform's word:
// it may ask how own requests stand, confirm and contest. It becomes the same person as a phone only by a code sent to that
// phone and sent back here.
//
// Places come in the map coordinates of the country (GCJ-02) and are turned into WGS84, some 500 metres apart.
package wechat
