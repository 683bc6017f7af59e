"""Questionnaires: head office says what is asked, people are asked, and the answers are facts."""
