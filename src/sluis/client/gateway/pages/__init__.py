"""The analyst's desk: the pages of a gateway. One file a page; `site` puts them together."""
