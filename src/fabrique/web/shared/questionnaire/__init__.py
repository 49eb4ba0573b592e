"""Questions on a page: read what was typed, show it again with its errors. For answering pages and previews.

Fed by consultations' Definition. Feeds web/public/repondre and the agents' preview of a questionnaire.
"""

from fabrique.web.shared.questionnaire.reading import asked_to_search, read_answers
from fabrique.web.shared.questionnaire.sentences import sentence
from fabrique.web.shared.questionnaire.showing import QuestionView, answer_in_words, names_of, show_questions

__all__ = [
    "QuestionView",
    "answer_in_words",
    "asked_to_search",
    "names_of",
    "read_answers",
    "sentence",
    "show_questions",
]
