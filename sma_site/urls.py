from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("timeline.urls")),
]

handler400 = "timeline.views.pages.bad_request"
handler403 = "timeline.views.pages.forbidden"
handler404 = "timeline.views.pages.not_found"
handler500 = "timeline.views.pages.server_error"
