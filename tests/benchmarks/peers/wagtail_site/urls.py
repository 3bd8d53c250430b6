from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail_site import views

urlpatterns = [
    path("search/", views.search, name="search"),
    path("feed.atom", views.EventFeed(), name="feed"),
    path("", include(wagtail_urls)),
]
