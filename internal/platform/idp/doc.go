// Package idp asks identity services of others who somebody is, and learns the result and a pairwise id, nothing else. The person is led
// to the service (Ask) and comes back with an answer, of which Take makes an Assertion.
//
// NetCert speaks to the national platform for network identity authentication (国家网络身份认证公共服务, Order 173 of six ministries, in force since
// 2025-07-15). The platform's own interface is given to those it admits and is not public: what is spoken here is a stand-in of the same
// shape, a pass that is exchanged once for a signed assertion. Package simulator and cmd/netcert-sim play the platform; the real one takes
// an adapter with the same two methods.
//
// Province is an OpenID Connect client (authorization code with PKCE) of a provincial identity service.
package idp
