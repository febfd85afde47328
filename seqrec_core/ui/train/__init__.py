"""The Train page, part by part. A part draws or loads one thing; the page in `pages/` puts them in order."""
