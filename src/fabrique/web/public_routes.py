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
        # public/consultations
        "consultations:detail",
        "consultations:notice",
        "consultations:document",
        "consultations:enregistrement",
        "consultations:preparation",
        # public/repondre
        "repondre:debut",
        "repondre:partie",
        "repondre:verifier",
        "repondre:plus-tard",
        "repondre:abandonner",
        "repondre:reprendre",
        "repondre:merci",
        "repondre:effacer",
        "repondre:ecran-efface",
        # public/suivre
        "suivre:code",
        "suivre:lien",
        "suivre:reponse",
        "suivre:retirer",
        "suivre:retiree",
        "suivre:quitter",
        "suivre:contester",
        # public/terrain: each asks for the token of a device
        "terrain:liste",
        "terrain:formulaire",
        "terrain:manifeste",
        "terrain:communes",
        "terrain:envoi",
        # public/moderation
        "moderation:regles",
        # public/resultats
        "resultats:liste",
        "resultats:detail",
        "resultats:version",
        "resultats:preuve",
        "resultats:csv",
        "resultats:dictionnaire",
        # public/rencontres: registration
        "rencontres:inscription",
        "rencontres:inscription-envoyee",
        # public/abonnements
        "abonnements:rencontre",
        "abonnements:rencontre-envoyee",
        "abonnements:confirmer",
        "abonnements:terminer",
        "abonnements:un-clic",
        # public/rencontres
        "rencontres:liste",
        "rencontres:programme",
        "rencontres:programme_pdf",
        "rencontres:communique",
        "rencontres:rencontre",
        "rencontres:calendrier_ics",
        "rencontres:calendrier_departement_ics",
        "rencontres:calendrier_theme_ics",
        "rencontres:calendrier_programme_ics",
        "rencontres:rencontre_ics",
        # public/rencontres: minutes and initiatives
        "rencontres:comptes_rendus",
        "rencontres:compte_rendu",
        "rencontres:compte_rendu_version",
        "rencontres:compte_rendu_pdf",
        "rencontres:initiatives",
        "rencontres:initiative",
        # public/relais
        "repondre:relais",
        "relais:accueil",
        "relais:charte",
        "relais:devenir",
        "relais:demande-recue",
        "relais:invitation",
        "relais:mot-de-passe",
        "relais:mot-de-passe-choisi",
        # public/ecrire
        "ecrire:liste",
        "ecrire:appel",
        "ecrire:deposer",
        "ecrire:recu",
        "ecrire:effacer",
        # public/instances
        "instances:liste",
        "instances:instance",
        "instances:seance",
        "instances:ecrire",
        "instances:recu",
        "instances:effacer",
        # public/avis: formal consultations on the plan
        "avis:liste",
        "avis:consultation",
        "avis:texte",
        "avis:differences",
        "avis:pdf",
        "avis:csv-avis",
        "avis:csv-points",
        "avis:csv-changements",
        "avis:csv-colonnes",
    }
)
