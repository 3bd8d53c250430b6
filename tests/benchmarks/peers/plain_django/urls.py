from django.urls import path
from plain_django import views

urlpatterns = [
    path("events/", views.EventList.as_view(), name="events"),
    path("events/<slug:slug>/", views.EventDetail.as_view(), name="event"),
    path("search/", views.EventSearch.as_view(), name="search"),
    path("feed.atom", views.EventFeed(), name="feed"),
]
