package api_test

import (
	"net/http"
	"testing"
)

// The page shows every operation of the document, in each language, to whoever comes by.
func TestDocsPage(t *testing.T) {
	t.Parallel()
	h := open(t)
	_, ops := h.document()
	for lang, title := range map[string]string{"zh-Hans": "接口文档", "zh-Hant": "介面文件", "en": "API documentation"} {
		page := h.Browser().In(lang).Get(root+"/docs").Want(http.StatusOK, title)
		for _, o := range ops {
			page.Has("details#"+o.id, 1)
		}
		page.Has("details#dispatch-case dl", 3)
		page.Has("[id='schema-Case']", 1)
	}
}
