package identity

import "strings"

// AgentLabel makes "Firefox, Linux" of a User-Agent header; what it does not know it leaves out.
func AgentLabel(userAgent string) string {
	first := func(names ...string) string {
		for _, n := range names {
			mark, label, _ := strings.Cut(n, "=")
			if strings.Contains(userAgent, mark) {
				return label
			}
		}
		return ""
	}
	browser := first("MicroMessenger=WeChat", "Edg=Edge", "Firefox=Firefox", "Chrome=Chrome", "Safari=Safari")
	system := first("HarmonyOS=HarmonyOS", "Android=Android", "iPhone=iPhone", "iPad=iPad", "Windows=Windows", "Mac OS=macOS", "Linux=Linux")
	return strings.Trim(browser+", "+system, ", ")
}
