"""The one list of what answers without signing in; any other route redirects to the sign-in page.

Fed by each public room, one block a room. Feeds ClosedByDefaultMiddleware and its tests.
"""

PUBLIC_ROUTES = frozenset(
    {
        # public/accueil
        "accueil",
        "connexion",
        "deconnexion",
        "affichage",
        "accessibilite",
        "mentions-legales",
        "donnees-personnelles",
        "aide",
        "plan-du-site",
        "security-txt",
        "robots-txt",
        "sante",
        "favicon",
    }
)
