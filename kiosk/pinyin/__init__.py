"""Chinese by pinyin: letters in, words to choose from out; no system keyboard, no network, nobody remembered."""
