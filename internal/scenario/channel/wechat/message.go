package wechat

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/geo"
	"banyan/internal/scenario/channel"
)

// Message is what the platform hands over: a message of a user or an event.
type Message struct {
	To          string  `xml:"ToUserName"`
	From        string  `xml:"FromUserName"`
	Created     int64   `xml:"CreateTime"`
	Type        string  `xml:"MsgType"`
	ID          string  `xml:"MsgId"`
	Content     string  `xml:"Content"`
	Media       string  `xml:"MediaId"`
	Recognition string  `xml:"Recognition"`
	Lat         float64 `xml:"Location_X"`
	Lon         float64 `xml:"Location_Y"`
	Label       string  `xml:"Label"`
	Event       string  `xml:"Event"`
	EventKey    string  `xml:"EventKey"`
}

// envelope is a sealed message.
type envelope struct {
	Encrypt string `xml:"Encrypt"`
}

// read decodes a message; Invalid when it is none.
func read(body []byte) (Message, error) {
	var m Message
	if err := unmarshal(body, &m); err != nil {
		return m, err
	}
	if m.From == "" || m.Type == "" || len(m.From) > 64 || len(m.Media) > 200 || m.ID == "" && m.Type != "event" {
		return m, fault.New(fault.Invalid, "channel.malformed")
	}
	m.Content, m.Recognition = channel.Clean(m.Content), channel.Clean(m.Recognition)
	m.Label = strings.Join(strings.Fields(channel.Clean(m.Label)), " ")
	return m, nil
}

func unmarshal(body []byte, into any) error {
	d := xml.NewDecoder(bytes.NewReader(body))
	d.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, fmt.Errorf("only UTF-8 is read") }
	if err := d.Decode(into); err != nil {
		return fault.New(fault.Invalid, "channel.malformed").Wrap(err)
	}
	return nil
}

// id is what a message is known by when it is sent again.
func (m Message) id() string {
	if m.ID != "" {
		return m.ID
	}
	return fmt.Sprintf("%s/%d/%s/%s", m.From, m.Created, m.Event, m.EventKey)
}

// point is the place of a location message in WGS84; the zero point when there is none.
func (m Message) point() geo.Point {
	p := geo.Point{Lat: m.Lat, Lon: m.Lon}
	if !p.Valid() {
		return geo.Point{}
	}
	return fromGCJ(p)
}

// cdata is text as the platform writes it.
type cdata struct {
	Text string `xml:",cdata"`
}

// answerTo writes a text answer to a message.
func answerTo(m Message, at int64, text string) ([]byte, error) {
	return xml.Marshal(struct {
		XMLName xml.Name `xml:"xml"`
		To      cdata    `xml:"ToUserName"`
		From    cdata    `xml:"FromUserName"`
		Created int64    `xml:"CreateTime"`
		Type    cdata    `xml:"MsgType"`
		Content cdata    `xml:"Content"`
	}{To: cdata{m.From}, From: cdata{m.To}, Created: at, Type: cdata{"text"}, Content: cdata{text}})
}

// sealedAnswer writes the envelope of a sealed answer.
func sealedAnswer(sealed, sign, stamp, nonce string) ([]byte, error) {
	return xml.Marshal(struct {
		XMLName xml.Name `xml:"xml"`
		Encrypt cdata    `xml:"Encrypt"`
		Sign    cdata    `xml:"MsgSignature"`
		Time    string   `xml:"TimeStamp"`
		Nonce   cdata    `xml:"Nonce"`
	}{Encrypt: cdata{sealed}, Sign: cdata{sign}, Time: stamp, Nonce: cdata{nonce}})
}
