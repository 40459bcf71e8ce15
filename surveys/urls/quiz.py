"""Addresses: quiz."""

from django.urls import URLPattern, path

from ..views import quiz, quiz_attempt, quiz_bank

urlpatterns: list[URLPattern] = [
    path("quizzes/", quiz.quiz_list, name="quiz-list"),
    path("quizzes/new/", quiz.quiz_new, name="quiz-new"),
    path("quizzes/questions/", quiz_bank.quiz_questions, name="quiz-questions"),
    path("quizzes/questions/new/", quiz_bank.quiz_question_new, name="quiz-question-new"),
    path("quizzes/questions/paste/", quiz_bank.quiz_question_paste, name="quiz-question-paste"),
    path("quizzes/questions/<int:pk>/edit/", quiz_bank.quiz_question_edit, name="quiz-question-edit"),
    path("quizzes/questions/<int:pk>/retire/", quiz_bank.quiz_question_retire, name="quiz-question-retire"),
    path("quizzes/<int:pk>/", quiz.quiz, name="quiz"),
    path("quizzes/<int:pk>/edit/", quiz.quiz_edit, name="quiz-edit"),
    path("quizzes/<int:pk>/release/", quiz.quiz_release, name="quiz-release"),
    path("quizzes/<int:pk>/take-back/", quiz.quiz_take_back, name="quiz-take-back"),
    path("quizzes/<int:pk>/delete/", quiz.quiz_delete, name="quiz-delete"),
    path("quizzes/<int:pk>/start/", quiz_attempt.quiz_start, name="quiz-start"),
    path("quizzes/<int:pk>/attempts/<int:number>/", quiz_attempt.quiz_attempt, name="quiz-attempt"),
    path("quizzes/<int:pk>/attempts/<int:number>/review/", quiz_attempt.quiz_review, name="quiz-review"),
    path("quizzes/<int:pk>/attempts/<int:number>/finish/", quiz_attempt.quiz_finish, name="quiz-finish"),
    path("quizzes/<int:pk>/attempts/<int:number>/result/", quiz_attempt.quiz_result, name="quiz-result"),
]
