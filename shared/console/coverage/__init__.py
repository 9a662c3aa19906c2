"""Coverage: which days of which stream were read and proved, and what fills a hole."""
