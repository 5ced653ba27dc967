from django.contrib.auth.views import LogoutView
from django.urls import path

from accounts.views import openid, second_factor, sign_in

urlpatterns = [
    path("login/", sign_in.SignIn.as_view(), name="login"),
    path("login/code/", second_factor.code, name="second-factor-code"),
    path("login/company/", openid.begin, name="openid"),
    path("login/company/return/", openid.come_back, name="openid-return"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("second-factor/", second_factor.second_factor, name="second-factor"),
]
