package live

import (
	"sync"
	"time"
)

// Options bound a hub; a zero field means its default.
type Options struct {
	Streams   int           // streams at once, default 10,000
	Heartbeat time.Duration // between signs of life, default 25 s: below the patience of most proxies
	Life      time.Duration // of one stream, default 10 minutes
}

// Signal says that something about a topic happened.
type Signal struct {
	Topic string `json:"topic"`
	Event string `json:"event"`
}

// backlog is how many signals a slow stream may lag behind before it loses some.
const backlog = 64

// Hub passes signals to open streams. It is safe for concurrent use.
type Hub struct {
	options Options

	mu      sync.Mutex
	topics  map[string]map[chan Signal]bool
	streams int
	closed  chan struct{}
}

// New makes a hub.
func New(o Options) *Hub {
	if o.Streams == 0 {
		o.Streams = 10_000
	}
	if o.Heartbeat == 0 {
		o.Heartbeat = 25 * time.Second
	}
	if o.Life == 0 {
		o.Life = 10 * time.Minute
	}
	return &Hub{options: o, topics: map[string]map[chan Signal]bool{}, closed: make(chan struct{})}
}

// Publish tells all streams of the topic. It never waits: a stream that lags behind misses the signal.
func (h *Hub) Publish(topic, event string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for stream := range h.topics[topic] {
		select {
		case stream <- Signal{Topic: topic, Event: event}:
		default:
		}
	}
}

// Close ends all streams and refuses new ones; call it when the server begins to shut down.
func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	select {
	case <-h.closed:
	default:
		close(h.closed)
	}
}

// Streams counts the open streams.
func (h *Hub) Streams() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.streams
}

// join opens a stream of topics, or tells that there are too many or the hub is closed.
func (h *Hub) join(topics []string) (stream chan Signal, leave func(), ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	select {
	case <-h.closed:
		return nil, nil, false
	default:
	}
	if h.streams >= h.options.Streams {
		return nil, nil, false
	}
	h.streams++
	stream = make(chan Signal, backlog)
	for _, topic := range topics {
		if h.topics[topic] == nil {
			h.topics[topic] = map[chan Signal]bool{}
		}
		h.topics[topic][stream] = true
	}
	return stream, func() { h.leave(stream, topics) }, true
}

func (h *Hub) leave(stream chan Signal, topics []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.streams--
	for _, topic := range topics {
		delete(h.topics[topic], stream)
		if len(h.topics[topic]) == 0 {
			delete(h.topics, topic)
		}
	}
}
